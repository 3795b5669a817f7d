//! A morning on which pupils sign in and sign, through the desk's pages over real sockets.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::school::{POLICY, School, password, username};

/// The pages of one visit, in the order in which they are asked for.
pub const PAGES: [&str; 8] = [
    "sign-in form",
    "sign in",
    "home page",
    "policy to read",
    "fill in the name",
    "answers once more",
    "sign the policy",
    "page after signing",
];

/// How long the pages of one visit took, in the order of [`PAGES`].
pub type Visit = [Duration; PAGES.len()];

/// Serves the school's desk, and has `visits` pupils come to it, one at each `pace`, whether or not those before them
/// are done.
pub async fn run(school: &School, visits: usize, pace: Duration) -> Result<Vec<Visit>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let pages = web::desk(web::DeskParts {
        desk: school.desk.clone(),
        settings: web::DeskSettings { url: format!("http://{address}"), ..web::DeskSettings::default() },
        gate: web::GateInfo::default(),
        secret: [9; 32],
    });
    let pages = pages.into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, pages).await });
    let mut ticks = tokio::time::interval(pace);
    let mut coming = Vec::with_capacity(visits);
    for pupil in 0..visits {
        ticks.tick().await;
        coming.push(tokio::spawn(visit(address, pupil)));
    }
    let mut times = Vec::with_capacity(visits);
    for (pupil, visit) in coming.into_iter().enumerate() {
        times.push(visit.await?.with_context(|| format!("the visit of {}", username(pupil)))?);
    }
    server.abort();
    Ok(times)
}

async fn visit(address: SocketAddr, pupil: usize) -> Result<Visit> {
    let mut browser = Browser::connect(address).await?;
    let username = username(pupil);
    let form = browser.get("/sign-in").await?;
    let fields = [("csrf", value_in(&form.body, "csrf")), ("username", &username), ("password", password())];
    let signed_in = browser.post("/sign-in", &fields).await?;
    ensure!(signed_in.status == StatusCode::SEE_OTHER, "signing in was answered with {}", signed_in.status);
    let home = browser.get("/").await?;
    let path = format!("/sign/{POLICY}");
    let reading = browser.get(&path).await?;
    ensure!(reading.status == StatusCode::OK, "the policy was answered with {}", reading.status);
    let hidden = |name| (name, value_in(&reading.body, name));
    let name = [("printed_name", &*username), ("name_confirmed", &*username)];
    let fields = [&[hidden("csrf"), hidden("version"), hidden("text_hash"), ("read", "yes")][..], &name].concat();
    let filled = browser.post(&path, &fields).await?;
    ensure!(filled.status == StatusCode::SEE_OTHER, "the name was answered with {}", filled.status);
    let checked = browser.get(&filled.location).await?;
    ensure!(checked.status == StatusCode::OK, "the answers were answered with {}", checked.status);
    let signed = browser.post(&path, &[&fields[..], &[("do", "send")]].concat()).await?;
    ensure!(signed.status == StatusCode::SEE_OTHER, "signing was answered with {}", signed.status);
    let after = browser.get(&signed.location).await?;
    ensure!(home.status == StatusCode::OK && after.status == StatusCode::OK, "{} and {}", home.status, after.status);
    let pages = [form, signed_in, home, reading, filled, checked, signed, after];
    Ok(pages.map(|page| page.took))
}

struct Page {
    status: StatusCode,
    location: String,
    body: String,
    /// From the request until the last byte of the answer.
    took: Duration,
}

/// One connection that is kept alive, and one cookie.
struct Browser {
    address: SocketAddr,
    requests: SendRequest<Full<Bytes>>,
    cookie: String,
}

impl Browser {
    async fn connect(address: SocketAddr) -> Result<Browser> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (requests, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Browser { address, requests, cookie: String::new() })
    }

    async fn get(&mut self, path: &str) -> Result<Page> {
        self.send(Request::get(path), String::new()).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded"), body).await
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Result<Page> {
        let request = request.header(HOST, self.address.to_string()).header(COOKIE, &self.cookie);
        let request = request.body(Full::new(Bytes::from(body)))?;
        let start = Instant::now();
        self.requests.ready().await?;
        let (answer, body) = self.requests.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let took = start.elapsed();
        let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if let Some((cookie, _)) = header(SET_COOKIE).split_once(';') {
            self.cookie = cookie.to_owned();
        }
        let (status, location) = (answer.status, header(LOCATION).to_owned());
        Ok(Page { status, location, body: String::from_utf8_lossy(&body).into_owned(), took })
    }
}

/// The value of the field of this name in a page; empty where there is none.
fn value_in<'a>(page: &'a str, name: &str) -> &'a str {
    let named = format!("name=\"{name}\"");
    let tag = page.split('<').find(|tag| tag.contains(&named)).unwrap_or_default();
    tag.split_once("value=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}
