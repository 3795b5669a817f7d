//! What a person is trusted to do. A role may have several holders, a person several roles.

crate::names::vocabulary! {
    /// A role that a policy may name: who decides, who is told, who keeps, who may look.
    Role, "role" {
        Headteacher = "headteacher", "Headteacher";
        ExecutiveHeadteacher = "executive-headteacher", "Executive headteacher";
        DeputyHeadteacher = "deputy-headteacher", "Deputy headteacher";
        AssistantHead = "assistant-head", "Assistant head";
        Slt = "slt", "Senior leadership team";
        TrustExecutive = "trust-executive", "Trust executive";
        FinanceOperationsDirector = "finance-operations-director", "Director of finance and operations";
        PolicyOwner = "policy-owner", "Policy owner";
        Governors = "governors", "Governing body";
        Dsl = "dsl", "Designated safeguarding lead";
        DeputyDsl = "deputy-dsl", "Deputy safeguarding lead";
        ESafetyCoordinator = "e-safety-coordinator", "E-safety coordinator";
        FilteringLead = "filtering-lead", "Filtering lead";
        DataProtectionLead = "data-protection-lead", "Data protection lead";
        ItDirector = "it-director", "Director of IT";
        SystemManager = "system-manager", "System manager";
        ItStaff = "it-staff", "IT staff";
        SystemAdministrator = "system-administrator", "System administrator";
        AuthorisedPersonnel = "authorised-personnel", "Authorised personnel";
        MonitoringViewer = "monitoring-viewer", "Authorised monitoring staff";
        LessonTeacher = "lesson-teacher", "Teacher taking the lesson";
        SubjectTeacher = "subject-teacher", "Subject teacher";
        Teacher = "teacher", "Teacher";
        LineManager = "line-manager", "Line manager";
        Communications = "communications", "Communications";
        OfficialAccountPoster = "official-account-poster", "Authorised to post for the school";
        SearchWitness = "search-witness", "Second member of staff at a search";
        Countersigner = "countersigner", "Accepts signatures for the school";
        RecordKeeper = "record-keeper", "Record keeper";
        ApprovedContractor = "approved-contractor", "Approved contractor";
        PersonConcerned = "person-concerned", "The person concerned";
        Office = "office", "School office";
        Police = "police", "Police";
        Authority = "authority", "Local authority";
        Regulator = "regulator", "Regulator";
        InternetProvider = "internet-provider", "Internet provider";
        ThirdParty = "third-party", "Outside organisation";
    }
}

const _: () = assert!(Role::ALL.len() <= 64, "a RoleSet is one 64-bit word");

/// A set of roles, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RoleSet(pub u64);

impl RoleSet {
    pub const EMPTY: RoleSet = RoleSet(0);

    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    pub const fn intersection(self, other: RoleSet) -> RoleSet {
        RoleSet(self.0 & other.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn insert(&mut self, role: Role) {
        self.0 |= 1 << role as u8;
    }

    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.iter().copied().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut set = RoleSet::EMPTY;
        roles.into_iter().for_each(|role| set.insert(role));
        set
    }
}

impl serde::Serialize for RoleSet {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for RoleSet {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(<Vec<Role>>::deserialize(from)?.into_iter().collect())
    }
}
