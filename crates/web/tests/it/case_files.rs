//! Files of a report at the desk: the form, the list, the download, and who is shown none of it.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};

use crate::case_lines::{report, title};
use crate::desk::{Browser, Page, SmallSchool};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// Sends the form with a file, as a browser does.
pub async fn add(browser: &mut Browser, case: &str, name: &str, content: &[u8]) -> Page {
    let field = |head: &str, body: &[u8]| {
        [b"--edge\r\ncontent-disposition: form-data; ", head.as_bytes(), b"\r\n\r\n", body, b"\r\n"].concat()
    };
    let token = field("name=\"csrf\"", browser.csrf.clone().as_bytes());
    let file = field(&format!("name=\"file\"; filename=\"{name}\""), content);
    let body = [token, file, b"--edge--\r\n".to_vec()].concat();
    let request = Request::post(format!("{case}/files")).header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
    browser.send(request, Body::from(body)).await
}

pub fn link(page: &Page, case: &str) -> String {
    let at = format!("href=\"{case}/files/");
    let id = page.body.split(&at).nth(1).and_then(|rest| rest.split('"').next()).expect("a file");
    format!("{case}/files/{id}")
}

#[tokio::test]
async fn a_file_is_added_on_a_page_of_its_own_and_downloaded_as_nothing_that_a_browser_runs() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let page = dora.get(&case).await;
    assert!(page.has(&format!("href=\"{case}/files\"")) && !page.has(">Files</h2>"), "{}", page.body);
    let form = dora.get(&format!("{case}/files")).await;
    assert_eq!((form.status, title(&form.body)), (StatusCode::OK, "A report – Larkfield School"));
    for words in ["50 MB at the most", "picture (JPEG), picture (PNG)", "50 files", "not checked for viruses", "nude"] {
        assert!(form.has(words), "{words}: {}", form.body);
    }
    let added = add(&mut dora, &case, "../a/%22x%22 <b>%0d%0ay.png", PICTURE).await;
    assert_eq!((added.status, added.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", added.body);
    let page = dora.get(&case).await;
    assert!(page.has(">Files</h2>") && page.has("Picture (PNG), 16 bytes. Added by Dora Honeystone, 12 May 2026"));
    assert!(page.has("Dora Honeystone added the file") && !page.has("<b>"), "{}", page.body);
    let export = dora.post(&format!("{case}/export"), &[("to", "Oakmere School"), ("reason", "She moves")]).await;
    assert!(export.has("added the file") && export.has("href=\"data:"), "{}", export.body);
    let file = dora.get(&link(&page, &case)).await;
    let header = |name: &str| file.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(header("content-type"), "image/png");
    let disposition = header("content-disposition");
    let name = disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"'));
    let name = name.expect("an attachment");
    assert!(name.ends_with("y.png") && !name.contains(['"', '/', '\\', '<', '\r', '\n']), "{disposition}");
    assert_eq!(header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'; sandbox");
    assert_eq!((header("x-content-type-options"), header("cache-control")), ("nosniff", "no-store"));
    assert_eq!(file.body, String::from_utf8_lossy(PICTURE));
}

#[tokio::test]
async fn what_can_not_be_kept_is_said_at_the_form() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    dora.get(&format!("{case}/files")).await;
    let large = vec![b'a'; (50 << 20) + 1];
    let wrong: [(&str, &[u8], &str); 5] = [
        ("photo.jpg", b"MZ\x90\0\x03\0\0\0\x04\0\0\0", "whatever its name says"),
        ("photo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose one of these"),
        ("note.txt", b"", "This file is empty."),
        ("", b"", "Choose a file."),
        ("film.txt", &large, "This file is larger than 50 MB."),
    ];
    for (name, content, message) in wrong {
        let again = add(&mut dora, &case, name, content).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(again.has(message) && again.has("Add it to the report"), "{name}: {}", again.body);
    }
    assert!(!dora.get(&case).await.has(">Files</h2>"), "none of it was kept");
    dora.post(&case, &[("do", "close"), ("text", "Settled")]).await;
    let closed = dora.get(&format!("{case}/files")).await;
    assert_eq!((closed.status, closed.location()), (StatusCode::SEE_OTHER, case.as_str()));
    assert_eq!(add(&mut dora, &case, "note.txt", b"A note").await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn whoever_does_not_have_a_report_finds_no_file_of_it() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    dora.get(&format!("{case}/files")).await;
    add(&mut dora, &case, "zonked.png", PICTURE).await;
    let file = link(&dora.get(&case).await, &case);
    for username in ["pip", "tess", "ivo", "dina", "hedy", "olga", "pat"] {
        let mut other = school.signed_in(username).await;
        let answers = [
            other.get(&format!("{case}/files")).await,
            other.get(&file).await,
            add(&mut other, &case, "note.txt", b"A note").await,
        ];
        for page in answers {
            let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&page.status);
            assert!(refused && !page.has("zonked") && !page.has("Add it to the report"), "{username}: {}", page.status);
        }
        let much = add(&mut other, &case, "note.txt", &vec![b'a'; 1 << 20]).await.status;
        let may_receive = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::PAYLOAD_TOO_LARGE];
        assert!(may_receive.contains(&much), "{username}: {much}");
    }
    assert_eq!(dora.get(&format!("{case}/files/none")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(dora.get(&case).await.body.matches("zonked.png</a>").count(), 1, "nobody else added one");
}

#[tokio::test]
async fn a_file_is_taken_out_with_a_reason_after_it_was_asked_once_more() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    dora.get(&format!("{case}/files")).await;
    add(&mut dora, &case, "zonked.png", PICTURE).await;
    let page = dora.get(&case).await;
    let take_out = format!("{}/take-out", link(&page, &case));
    assert!(page.has(&format!("href=\"{take_out}\"")), "{}", page.body);
    let asked = dora.get(&take_out).await;
    assert!(asked.has("Take the file ‘zonked.png’ out?") && asked.has("stays in the history"), "{}", asked.body);
    assert_eq!(title(&asked.body), "A report – Larkfield School");
    let empty = dora.post(&take_out, &[("reason", "")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.has("Give the reason."), "{}", empty.body);
    for username in ["pip", "tess", "ivo", "hedy"] {
        let mut other = school.signed_in(username).await;
        let refused = [other.get(&take_out).await, other.post(&take_out, &[("reason", "Mine")]).await];
        assert!(refused.iter().all(|page| !page.has("zonked") && page.status.is_client_error()), "{username}");
    }
    let done = dora.post(&take_out, &[("reason", "It is of another child")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, case.as_str()));
    let page = dora.get(&case).await;
    assert!(page.has("took out a file that they had added: It is of another child"), "{}", page.body);
    assert!(!page.has("zonked") && !page.has(">Files</h2>"), "{}", page.body);
    let again = dora.get(&take_out).await;
    assert_eq!(
        (again.status, again.location()),
        (StatusCode::SEE_OTHER, case.as_str()),
        "there is nothing left to ask"
    );
    assert_eq!(dora.post(&take_out, &[("reason", "Twice")]).await.status, StatusCode::SEE_OTHER);
}
