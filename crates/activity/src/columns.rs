//! Activities as columns, there and back.
//!
//! Words are stored as words (outcome, audience, categories …), so that a sealed file reads the same after the
//! vocabularies have grown, and so that other tools can read it.

use std::net::IpAddr;
use std::sync::Arc;

use arrow_array::builder::{FixedSizeBinaryBuilder, ListBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, FixedSizeBinaryArray, ListArray, RecordBatch, StringArray, TimestampNanosecondArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use domain::{Activity, ActivityId, Audience, Category, CategorySet, Outcome, PersonId, Phase};
use jiff::Timestamp;
use uuid::Uuid;

use crate::conditions::Matchable;

/// A sealed value that is not what its column should hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sealed column '{column}' holds what this version does not understand; was it written by a newer one?")]
pub struct ColumnError {
    pub column: &'static str,
}

/// The columns of a sealed file, in their order.
pub fn schema() -> SchemaRef {
    let category = Field::new_list_field(DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::FixedSizeBinary(16), false),
        Field::new("phase", DataType::UInt8, false),
        Field::new("at", DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())), false),
        Field::new("client", DataType::Utf8, false),
        Field::new("device", DataType::Utf8, true),
        Field::new("person", DataType::FixedSizeBinary(16), true),
        Field::new("audience", DataType::Utf8, false),
        Field::new("method", DataType::Utf8, false),
        Field::new("scheme", DataType::Utf8, false),
        Field::new("host", DataType::Utf8, false),
        Field::new("port", DataType::UInt16, false),
        Field::new("path", DataType::Utf8, true),
        Field::new("search", DataType::Utf8, true),
        Field::new("categories", DataType::List(Arc::new(category)), false),
        Field::new("outcome", DataType::Utf8, false),
        Field::new("reason", DataType::Utf8, false),
        Field::new("policy", DataType::Utf8, true),
        Field::new("clause", DataType::Utf8, true),
        Field::new("version", DataType::UInt32, true),
        Field::new("status", DataType::UInt16, true),
        Field::new("sent", DataType::UInt64, false),
        Field::new("received", DataType::UInt64, false),
        Field::new("duration", DataType::UInt64, false),
    ]))
}

/// The word under which an outcome is stored.
pub fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::Blocked => "blocked",
    }
}

pub fn outcome_of(name: &str) -> Option<Outcome> {
    [Outcome::Allowed, Outcome::Blocked].into_iter().find(|outcome| outcome_name(*outcome) == name)
}

/// Phases are stored as numbers in their order, so that the higher holds.
pub fn phase_number(phase: Phase) -> u8 {
    match phase {
        Phase::Opened => 0,
        Phase::Done => 1,
    }
}

/// Nanoseconds since 1970; appending refuses what does not fit.
pub fn nanoseconds(at: Timestamp) -> i64 {
    let bound = if at < Timestamp::UNIX_EPOCH { i64::MIN } else { i64::MAX };
    i64::try_from(at.as_nanosecond()).unwrap_or(bound)
}

pub fn to_batch(activities: &[Activity]) -> Result<RecordBatch, ArrowError> {
    fn text<'a>(activities: &'a [Activity], of: impl Fn(&'a Activity) -> &'a str) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(activities.iter().map(of)))
    }
    fn perhaps<'a>(activities: &'a [Activity], of: impl Fn(&'a Activity) -> &'a Option<String>) -> ArrayRef {
        Arc::new(activities.iter().map(|activity| of(activity).as_deref()).collect::<StringArray>())
    }
    let mut ids = FixedSizeBinaryBuilder::with_capacity(activities.len(), 16);
    let mut people = FixedSizeBinaryBuilder::with_capacity(activities.len(), 16);
    let mut categories = ListBuilder::new(StringBuilder::new());
    for activity in activities {
        ids.append_value(activity.id.0.as_bytes())?;
        match activity.person {
            Some(person) => people.append_value(person.0.as_bytes())?,
            None => people.append_null(),
        }
        activity.categories.iter().for_each(|category| categories.values().append_value(category.name()));
        categories.append(true);
    }
    let each = activities.iter();
    let clients = each.clone().map(|activity| activity.client.to_string());
    RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(ids.finish()),
            Arc::new(UInt8Array::from_iter_values(each.clone().map(|activity| phase_number(activity.phase)))),
            Arc::new(
                TimestampNanosecondArray::from_iter_values(each.clone().map(|activity| nanoseconds(activity.at)))
                    .with_timezone("UTC"),
            ),
            Arc::new(StringArray::from_iter_values(clients)),
            perhaps(activities, |activity| &activity.device),
            Arc::new(people.finish()),
            text(activities, |activity| activity.audience.name()),
            text(activities, |activity| &activity.method),
            text(activities, |activity| &activity.scheme),
            text(activities, |activity| &activity.host),
            Arc::new(UInt16Array::from_iter_values(each.clone().map(|activity| activity.port))),
            perhaps(activities, |activity| &activity.path),
            perhaps(activities, |activity| &activity.search),
            Arc::new(categories.finish()),
            text(activities, |activity| outcome_name(activity.outcome)),
            text(activities, |activity| &activity.reason),
            perhaps(activities, |activity| &activity.policy),
            perhaps(activities, |activity| &activity.clause),
            Arc::new(each.clone().map(|activity| activity.version).collect::<UInt32Array>()),
            Arc::new(each.clone().map(|activity| activity.status).collect::<UInt16Array>()),
            Arc::new(UInt64Array::from_iter_values(each.clone().map(|activity| activity.sent))),
            Arc::new(UInt64Array::from_iter_values(each.clone().map(|activity| activity.received))),
            Arc::new(UInt64Array::from_iter_values(each.map(|activity| activity.duration))),
        ],
    )
}

/// The activities of a batch that has the columns of [`schema`].
pub fn from_batch(batch: &RecordBatch) -> Result<Vec<Activity>, ColumnError> {
    let columns = Columns { batch };
    (0..batch.num_rows()).map(|row| columns.activity(row)).collect()
}

/// The columns of a batch, all of them or some.
#[derive(Clone, Copy)]
pub struct Columns<'a> {
    pub batch: &'a RecordBatch,
}

impl<'a> Columns<'a> {
    pub fn row(self, row: usize) -> SealedRow<'a> {
        SealedRow { columns: self, row }
    }

    pub fn id(self, row: usize) -> Result<ActivityId, ColumnError> {
        Ok(ActivityId(required("id", self.uuid("id", row)?)?))
    }

    pub fn phase(self, row: usize) -> Result<Phase, ColumnError> {
        let phase = self.number::<UInt8Type>("phase", row)?;
        let known = [Phase::Opened, Phase::Done].into_iter().find(|known| Some(phase_number(*known)) == phase);
        required("phase", known)
    }

    fn activity(self, row: usize) -> Result<Activity, ColumnError> {
        Ok(Activity {
            id: self.id(row)?,
            phase: self.phase(row)?,
            at: self.time("at", row)?,
            client: parsed("client", &self.text("client", row)?)?,
            device: self.perhaps("device", row)?,
            person: self.uuid("person", row)?.map(PersonId),
            audience: parsed("audience", &self.text("audience", row)?)?,
            method: self.text("method", row)?,
            scheme: self.text("scheme", row)?,
            host: self.text("host", row)?,
            port: required("port", self.number::<UInt16Type>("port", row)?)?,
            path: self.perhaps("path", row)?,
            search: self.perhaps("search", row)?,
            categories: self.categories(row)?,
            outcome: required("outcome", outcome_of(&self.text("outcome", row)?))?,
            reason: self.text("reason", row)?,
            policy: self.perhaps("policy", row)?,
            clause: self.perhaps("clause", row)?,
            version: self.number::<UInt32Type>("version", row)?,
            status: self.number::<UInt16Type>("status", row)?,
            sent: required("sent", self.number::<UInt64Type>("sent", row)?)?,
            received: required("received", self.number::<UInt64Type>("received", row)?)?,
            duration: required("duration", self.number::<UInt64Type>("duration", row)?)?,
        })
    }

    /// A column that came after the file was sealed is missing.
    fn column(self, column: &'static str) -> Option<&'a ArrayRef> {
        self.batch.column_by_name(column)
    }

    fn perhaps(self, column: &'static str, row: usize) -> Result<Option<String>, ColumnError> {
        Ok(self.word(column, row)?.map(str::to_owned))
    }

    fn text(self, column: &'static str, row: usize) -> Result<String, ColumnError> {
        required(column, self.perhaps(column, row)?)
    }

    fn word(self, column: &'static str, row: usize) -> Result<Option<&'a str>, ColumnError> {
        let Some(words) = self.column(column) else { return Ok(None) };
        let words: &StringArray = words.as_string_opt().ok_or(ColumnError { column })?;
        Ok(words.is_valid(row).then(|| words.value(row)))
    }

    fn number<T>(self, column: &'static str, row: usize) -> Result<Option<T::Native>, ColumnError>
    where
        T: ArrowPrimitiveType,
    {
        let Some(numbers) = self.column(column) else { return Ok(None) };
        let numbers = numbers.as_primitive_opt::<T>().ok_or(ColumnError { column })?;
        Ok(numbers.is_valid(row).then(|| numbers.value(row)))
    }

    fn time(self, column: &'static str, row: usize) -> Result<Timestamp, ColumnError> {
        let nanoseconds = required(column, self.number::<TimestampNanosecondType>(column, row)?)?;
        Timestamp::from_nanosecond(nanoseconds.into()).map_err(|_| ColumnError { column })
    }

    fn uuid(self, column: &'static str, row: usize) -> Result<Option<Uuid>, ColumnError> {
        let Some(ids) = self.column(column) else { return Ok(None) };
        let ids: &FixedSizeBinaryArray = ids.as_fixed_size_binary_opt().ok_or(ColumnError { column })?;
        if ids.is_null(row) {
            return Ok(None);
        }
        Uuid::from_slice(ids.value(row)).map(Some).map_err(|_| ColumnError { column })
    }

    /// A category that has left the vocabulary since is left out.
    fn categories(self, row: usize) -> Result<CategorySet, ColumnError> {
        let column = "categories";
        let lists = required(column, self.column(column))?;
        let lists: &ListArray = lists.as_list_opt().ok_or(ColumnError { column })?;
        if lists.is_null(row) {
            return Err(ColumnError { column });
        }
        let names = lists.value(row);
        let names: &StringArray = names.as_string_opt().ok_or(ColumnError { column })?;
        Ok(names.iter().flatten().filter_map(|name| name.parse::<Category>().ok()).collect())
    }
}

/// A row of a part. What of it is not understood is an error, as when the whole activity is read.
#[derive(Clone, Copy)]
pub struct SealedRow<'a> {
    columns: Columns<'a>,
    row: usize,
}

impl SealedRow<'_> {
    fn word(&self, column: &'static str) -> Result<&str, ColumnError> {
        required(column, self.columns.word(column, self.row)?)
    }
}

impl Matchable for SealedRow<'_> {
    type Unreadable = ColumnError;

    fn at(&self) -> Result<Timestamp, ColumnError> {
        self.columns.time("at", self.row)
    }

    fn person(&self) -> Result<Option<PersonId>, ColumnError> {
        Ok(self.columns.uuid("person", self.row)?.map(PersonId))
    }

    fn audience(&self) -> Result<Audience, ColumnError> {
        parsed("audience", self.word("audience")?)
    }

    fn client(&self) -> Result<IpAddr, ColumnError> {
        parsed("client", self.word("client")?)
    }

    fn host(&self) -> Result<&str, ColumnError> {
        self.word("host")
    }

    fn path(&self) -> Result<Option<&str>, ColumnError> {
        self.columns.word("path", self.row)
    }

    fn search(&self) -> Result<Option<&str>, ColumnError> {
        self.columns.word("search", self.row)
    }

    fn outcome(&self) -> Result<Outcome, ColumnError> {
        required("outcome", outcome_of(self.word("outcome")?))
    }

    fn policy(&self) -> Result<Option<&str>, ColumnError> {
        self.columns.word("policy", self.row)
    }

    fn clause(&self) -> Result<Option<&str>, ColumnError> {
        self.columns.word("clause", self.row)
    }

    fn categories(&self) -> Result<CategorySet, ColumnError> {
        self.columns.categories(self.row)
    }
}

fn required<T>(column: &'static str, value: Option<T>) -> Result<T, ColumnError> {
    value.ok_or(ColumnError { column })
}

fn parsed<T: std::str::FromStr>(column: &'static str, text: &str) -> Result<T, ColumnError> {
    text.parse().map_err(|_| ColumnError { column })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conditions::Condition;

    #[test]
    fn of_what_can_not_be_read_neither_a_condition_nor_its_contrary_holds() {
        let name = Field::new_list_field(DataType::Utf8, true);
        let mut categories = ListBuilder::new(StringBuilder::new()).with_field(Arc::new(name));
        categories.append_value([Some(Category::Helplines.name())]);
        categories.append_null();
        let categories: ArrayRef = Arc::new(categories.finish());
        let outcomes: ArrayRef = Arc::new(StringArray::from(vec!["blocked", "postponed"]));
        let batch = RecordBatch::try_from_iter([("categories", categories), ("outcome", outcomes)]).unwrap();
        let holds = |condition: Condition, row| condition.holds(&Columns { batch: &batch }.row(row));
        let unreadable = |column| Err(ColumnError { column });
        assert_eq!(holds(Condition::In(Category::Helplines), 0), Ok(true));
        assert_eq!(holds(Condition::NotIn(Category::Helplines), 0), Ok(false));
        assert_eq!(holds(Condition::In(Category::Helplines), 1), unreadable("categories"));
        assert_eq!(holds(Condition::NotIn(Category::Helplines), 1), unreadable("categories"));
        assert_eq!(holds(Condition::Outcome(Outcome::Blocked), 0), Ok(true));
        assert_eq!(holds(Condition::Outcome(Outcome::Blocked), 1), unreadable("outcome"));
        assert_eq!(holds(Condition::Host("example.org".to_owned()), 0), unreadable("host"));
    }
}
