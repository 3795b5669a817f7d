//! `schoolgate demo`: a sample school on this machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use actions::Desk;
use anyhow::Context;
use clap::Args;
use domain::Clock as _;
use serde_json::json;

use crate::clock::MachineClock;
use crate::configuration::Configuration;
use crate::demo::little_web::{LittleWeb, SITES};
use crate::demo::school::{self, DemoPerson, Ready};
use crate::output::say;
use crate::wiring::Running;

/// Whose requests the demo suggests trying at the gate: the first of these whom the policy concerns.
const BROWSING: [&str; 2] = ["pupil", "teacher"];

#[derive(Args)]
pub struct DemoArgs {
    /// The policy that the school has
    #[arg(long, value_enum, default_value = "primary-whole-school")]
    policy: Ready,
    /// Where the desk listens
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)))]
    desk: SocketAddr,
    /// Where the gate listens
    #[arg(long, default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, 3128)))]
    gate: SocketAddr,
    /// A folder to keep the school in, so that it is there again next time; without it the school is gone at the end
    #[arg(long)]
    data: Option<PathBuf>,
    /// The port of a mail server on this machine, which takes the mails to the made-up people; without it none is sent
    #[arg(long)]
    mail_port: Option<u16>,
}

pub fn run(args: &DemoArgs, json: bool) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        args.desk.ip().is_loopback() && args.gate.ip().is_loopback(),
        "the demo's passwords are known to all, so it listens on loopback addresses only"
    );
    super::log_to_stderr();
    let passing = tempfile::Builder::new().prefix("schoolgate-demo-").tempdir()?;
    let data = args.data.clone().unwrap_or_else(|| passing.path().to_owned());
    super::runtime()?.block_on(serve(args, &data, json))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: &DemoArgs, data: &Path, json: bool) -> anyhow::Result<()> {
    let little_web = LittleWeb::serve().await?;
    let mut configuration = Configuration { data: data.to_owned(), ..Configuration::default() };
    configuration.listen.desk = args.desk;
    configuration.listen.gate = args.gate;
    // port 0 is any free one: the wiring names it once it is known
    if args.desk.port() != 0 {
        configuration.desk.url = format!("http://localhost:{}", args.desk.port());
    }
    configuration.school.name = school::NAME.to_owned();
    configuration.school.timetable = school::timetable(MachineClock.now())?;
    configuration.gate.hosts = little_web.hosts();
    if let Some(port) = args.mail_port {
        configuration.mail = mail::MailSettings {
            host: Some("localhost".to_owned()),
            port,
            tls: mail::Tls::Never,
            from: "Schoolgate <no-reply@larkfield.example>".to_owned(),
            ..mail::MailSettings::default()
        };
    }
    if !Desk::was_begun(data) {
        crate::wiring::begin_school(&configuration).await?;
    }
    let running = Running::start(configuration, school::sites).await?;
    let school = running.school.as_ref().context("the records in the data folder can't be opened")?;
    school::move_in(school, args.policy).await?;
    let shown = ShownDemo::new(&running, school, data, &little_web)?;
    // The demo goes on when nobody reads this any more.
    let _ = if json { say!("{}", shown.as_json()) } else { shown.print() };
    running.run().await
}

/// What somebody needs to know to try the demo.
struct ShownDemo {
    desk: String,
    gate: SocketAddr,
    data: PathBuf,
    school_authority: PathBuf,
    little_web_authority: PathBuf,
    /// Both, for whoever trusts them together.
    authorities: PathBuf,
    people: Vec<DemoPerson>,
    /// What can be tried from the command line once the first of the people has signed.
    tries: Vec<String>,
}

impl ShownDemo {
    fn new(running: &Running, school: &Desk, data: &Path, little_web: &LittleWeb) -> anyhow::Result<ShownDemo> {
        let file = |name: &str, text: &str| -> anyhow::Result<PathBuf> {
            let path = data.join(name);
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(path)
        };
        let people = school::people_concerned(school)?;
        let authorities = file("authorities.pem", &format!("{}{}", running.authority_pem, little_web.authority))?;
        let browsing = people.iter().find(|person| BROWSING.contains(&person.username.as_str()));
        let tries = browsing.map(|person| tries(school, running.gate, person, &authorities)).transpose()?;
        Ok(ShownDemo {
            desk: running.desk_url.clone(),
            gate: running.gate,
            data: data.to_owned(),
            school_authority: file("school-authority.pem", &running.authority_pem)?,
            little_web_authority: file("little-web-authority.pem", &little_web.authority)?,
            authorities,
            people,
            tries: tries.unwrap_or_default(),
        })
    }

    fn as_json(&self) -> serde_json::Value {
        json!({
            "desk": self.desk,
            "gate": self.gate,
            "data": self.data,
            "authority": self.school_authority,
            "littleWeb": self.little_web_authority,
            "authorities": self.authorities,
            "people": self.people,
            "tries": self.tries,
            "sites": SITES.iter().map(|site| site.host).collect::<Vec<_>>(),
        })
    }

    fn print(&self) -> anyhow::Result<()> {
        say!("{} is open.\n", school::NAME)?;
        say!("  The desk   {}", self.desk)?;
        say!("  The gate   {}   (an HTTP proxy; {}/proxy.pac sets a browser up)\n", self.gate, self.desk)?;
        say!("Somebody to be:\n")?;
        for person in &self.people {
            let about = [person.audience.clone(), person.groups.join(" "), person.roles.join(" ")];
            let about: Vec<_> = about.into_iter().filter(|words| !words.is_empty()).collect();
            say!("  {:<12} {:<24} {}", person.username, person.password, about.join(", "))?;
        }
        say!("\nInvented sites, over HTTP and HTTPS:\n")?;
        for site in SITES {
            let categories: Vec<_> = site.categories.iter().map(|category| category.title()).collect();
            say!("  {:<28} {}", site.host, categories.join(", "))?;
        }
        say!("\nTry:\n")?;
        for line in &self.tries {
            say!("  {line}")?;
        }
        say!("\nNobody has signed yet, so the first answers are the signing page. Ctrl-C ends it.")?;
        Ok(())
    }
}

/// Three lines for a shell: a site that is open, one that is closed, and the closed one over HTTPS.
fn tries(school: &Desk, gate: SocketAddr, person: &DemoPerson, authorities: &Path) -> anyhow::Result<Vec<String>> {
    let (open, closed) = school::open_and_closed(school, person)?;
    let proxy = format!("-x http://{}:{}@{gate}", person.username, person.password);
    let mut lines: Vec<String> = open.map(|host| format!("curl {proxy} http://{host}/")).into_iter().collect();
    if let Some(host) = closed {
        lines.push(format!("curl -i {proxy} http://{host}/"));
        lines.push(format!("curl {proxy} --cacert '{}' https://{host}/", authorities.display()));
    }
    Ok(lines)
}
