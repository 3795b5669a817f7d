-- What was declined of a policy that somebody owns, and of one version of it.
CREATE INDEX declines_by_policy ON declines (policy, version, at);
