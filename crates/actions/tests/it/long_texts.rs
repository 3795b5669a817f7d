//! What is written about a report is no longer than the school lets it be.

use actions::VerbError as _;
use domain::CaseStep;

use crate::reporting::{ids, reported, school, step, worry};

#[tokio::test]
async fn what_is_told_and_what_is_written_of_it_are_no_longer_than_the_school_lets_them_be() {
    let test = school().await;
    let long = "é".repeat(actions::PeopleSettings::default().longest_text + 1);
    let refused = test.school.report(Some(&test.actor("ada").await), worry(&test, "tell", &long)).await.unwrap_err();
    assert!(refused.field() == Some("told") && refused.to_string().contains("Make it shorter"), "{refused}");
    reported(&test, "ada", worry(&test, "tell", &long[2..])).await;
    let [case] = ids(&test, "dee").await[..] else { panic!("one case") };
    let refused = step(&test, "dee", case, CaseStep::Note { text: long }).await.unwrap_err();
    assert!(refused.field() == Some("text") && refused.to_string().contains("Make it shorter"), "{refused}");
}
