//! What the program itself lets people do, by name. Roles carry duties ([`crate::RoleEntry`]); which role carries which
//! is for the school to say.

crate::names::vocabulary! {
    /// Something that the program lets the holders of a role do. It never lets anybody look at monitored data: that is
    /// for a policy's `view` clauses alone.
    Duty, "duty" {
        SeePeople = "see-people", "See the list of people and each person's page";
        ManagePeople = "manage-people", "Add people, change their details, invite them, mark them as having left";
        ImportPeople = "import-people", "Bring in a list of people";
        GiveRoles = "give-roles", "Give and take away roles, add roles, and say which duties a role carries";
        WritePolicies = "write-policies", "Upload a new policy, and put any policy into force once it is approved";
        ApprovePolicies = "approve-policies", "Approve policies whose head names one of their roles";
        SeeGate = "see-gate", "See how the gate is doing, and why a site is open or closed";
        SeeHelpSeeking = "see-help-seeking", "Be shown visits to helplines where a view clause lets them look";
        FollowSigning = "follow-signing", "See who has signed what, and who has yet to";
        ReadLedger = "read-ledger", "Read the ledger of everything that was done";
        ReceiveReports = "receive-reports", "Receive reports where nobody else may: those whom the clause names are who it is about, are away, or there is nobody";
    }
}

impl Duty {
    /// Whether somebody who gives roles may give one with this duty without carrying it: a headteacher appoints the
    /// safeguarding lead, and is not shown who looked for help.
    pub const fn is_given_unheld(self) -> bool {
        matches!(self, Duty::SeeHelpSeeking)
    }
}
