//! `schoolgate decide`: the verdict on an address, and its evidence.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use domain::{Address, Audience, Clock, GrantId, GrantScope, Group, LiveGrant, RoleSet, Roles, Standing, Version};
use jiff::Timestamp;
use policy::{Because, Published, Rules, Verdict, Visit, VisitFrom};
use serde_json::json;

use super::print_json;
use super::roles::RolesFile;
use crate::clock::MachineClock;
use crate::output::say;

#[derive(Args)]
pub struct DecideArgs {
    /// The policies that bind; several may be named
    #[arg(long, required = true, num_args = 1..)]
    policy: Vec<PathBuf>,
    /// Whom to decide for: pupil, staff, parent …
    #[arg(long = "as", value_name = "AUDIENCE")]
    audience: Audience,
    #[arg(long)]
    group: Vec<String>,
    /// A role that they hold; several may be named
    #[arg(long)]
    role: Vec<String>,
    #[command(flatten)]
    roles: RolesFile,
    /// When, as in 2026-05-14T10:00:00+01:00; now, where it is left out
    #[arg(long)]
    at: Option<Timestamp>,
    /// A permission that is held for the address
    #[arg(long, value_name = "PERMISSION")]
    grant: Vec<String>,
    /// The address of the device, in a network whose devices have to be on a register; none lists it
    #[arg(long, value_name = "ADDRESS")]
    unlisted_device: Option<IpAddr>,
    /// The index to look sites up in; the starter list, where it is left out
    #[arg(long)]
    index: Option<PathBuf>,
    /// Look sites up in the index alone, and not in the starter list beside it
    #[arg(long, requires = "index")]
    without_starter_list: bool,
    url: String,
}

pub fn run(args: &DecideArgs, json: bool) -> anyhow::Result<ExitCode> {
    let address = Address::parse(&args.url)?.seen_by_the_gate();
    let sites = match &args.index {
        Some(path) if args.without_starter_list => sites::Index::open(path)?,
        Some(path) => sites::Index::open(path)?.beside(sites::starter()),
        None => sites::starter(),
    };
    let roles = args.roles.read()?;
    let held = args.role.iter().map(|name| roles.find(name)).collect::<Result<RoleSet, _>>()?;
    let rules = compile(&args.policy, &roles)?;
    let moment = rules.moment(args.at.unwrap_or_else(|| MachineClock.now()));
    let categories = sites.categories(&address.host, address.path.as_deref());
    let from =
        args.unlisted_device.map_or(VisitFrom::AnyDevice, |address| VisitFrom::DeviceAt { address, listed: &[] });
    let visit = Visit { host: &address.host, path: address.path.as_deref(), categories, from, closed: &[] };
    let verdict = rules.decide(&standing(args, held, &rules, &address), visit, moment);
    if json {
        print_json(&as_json(&rules, &verdict, categories))?;
    } else {
        show(&rules, &verdict)?;
    }
    Ok(if verdict.is_allowed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn compile(paths: &[PathBuf], roles: &Arc<Roles>) -> anyhow::Result<Rules> {
    let published = paths
        .iter()
        .map(|path| Ok(Published { document: super::policy::sound(path, roles)?.into(), version: Version(1) }))
        .collect::<anyhow::Result<Vec<_>>>()
        .context("the verdict needs sound policies")?;
    Ok(Rules::compile(&published, &policy::SchoolFacts::default()))
}

/// Somebody as the command line describes them, who has signed everything.
fn standing(args: &DecideArgs, roles: RoleSet, rules: &Rules, address: &Address) -> Standing {
    let grant = |permission: &String, published: &Published| LiveGrant {
        id: GrantId(uuid::Uuid::nil()),
        policy: published.document.id.clone(),
        permission: permission.clone(),
        scope: GrantScope::Site(address.host.clone()),
        from: Timestamp::MIN,
        until: None,
    };
    let grants = args
        .grant
        .iter()
        .flat_map(|permission| rules.policies().iter().map(move |published| grant(permission, published)))
        .collect();
    Standing { groups: args.group.iter().cloned().map(Group).collect(), roles, grants, ..Standing::of(args.audience) }
}

fn show(rules: &Rules, verdict: &Verdict) -> anyhow::Result<()> {
    say!("{}: {}", if verdict.is_allowed() { "allowed" } else { "blocked" }, verdict.reason.sentence())?;
    for evidence in &verdict.evidence {
        let cited = rules.citation(evidence.rule);
        let category = evidence.category.map(|category| format!(" ({})", category.title())).unwrap_or_default();
        say!(
            "  {} by {}#{} '{}', version {}{category}, for {}",
            evidence.says.name(),
            cited.policy,
            cited.clause,
            cited.title,
            cited.version,
            because(evidence.because)
        )?;
    }
    if let Some(host) = verdict.safe_search {
        say!("  safe results, through {host}")?;
    }
    Ok(())
}

fn because(because: Because) -> String {
    match because {
        Because::Everyone => "everyone".to_owned(),
        Because::Audience => "this audience".to_owned(),
        Because::Role(role) => format!("the role {role}"),
        Because::Group => "this group".to_owned(),
        Because::NotIdentified => "whoever has not signed in".to_owned(),
        Because::Person => "this person alone".to_owned(),
    }
}

fn as_json(rules: &Rules, verdict: &Verdict, categories: domain::CategorySet) -> serde_json::Value {
    json!({
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "sentence": verdict.reason.sentence(),
        "categories": categories,
        "safe-search": verdict.safe_search,
        "evidence": verdict.evidence.iter().map(|evidence| {
            let cited = rules.citation(evidence.rule);
            json!({
                "says": evidence.says.name(),
                "policy": cited.policy,
                "version": cited.version,
                "clause": cited.clause,
                "title": cited.title,
                "rule": cited.kind,
                "category": evidence.category,
                "because": because(evidence.because),
            })
        }).collect::<Vec<_>>(),
    })
}
