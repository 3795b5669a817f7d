-- Who was told that a signature to one version of a policy is owed.
CREATE INDEX reminders_by_version ON reminders (policy, version);
