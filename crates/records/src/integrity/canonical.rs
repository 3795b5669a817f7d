//! One way to write a JSON value, so that its hash or signature can be made again by anybody.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Keys sorted by their code points, no white space, numbers and strings as `serde_json` writes them.
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (place, (key, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// SHA-256, in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// In lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter() {
        let left: Value = serde_json::from_str(r#"{"b": [1, {"y": null, "x": "é\n"}], "a": true}"#).unwrap();
        let right: Value = serde_json::from_str(r#"{"a": true, "b": [1, {"x": "é\n", "y": null}]}"#).unwrap();
        assert_eq!(canonical_json(&left), r#"{"a":true,"b":[1,{"x":"é\n","y":null}]}"#);
        assert_eq!(canonical_json(&left), canonical_json(&right));
    }
}
