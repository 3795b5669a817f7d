//! Whom a policy speaks to.

crate::names::vocabulary! {
    /// The part of the school community that a person belongs to. Each person is in exactly one.
    Audience, "audience" {
        Pupil = "pupil", "Pupils";
        Staff = "staff", "Staff";
        Parent = "parent", "Parents and carers";
        Governor = "governor", "Governors";
        Trustee = "trustee", "Trustees";
        Member = "member", "Members of the trust";
        Volunteer = "volunteer", "Volunteers";
        Contractor = "contractor", "Contractors";
        WorkExperience = "work-experience", "People on work experience";
        Visitor = "visitor", "Visitors";
        OtherAuthorised = "other-authorised", "Others authorised to use the school's systems";
        ExPupil = "ex-pupil", "Past pupils";
        Unidentified = "unidentified", "People who have not signed in";
    }
}
