//! A little web of invented sites, over HTTP and HTTPS, so that the demo works with no internet at all.
//!
//! The sites have made-up names under `.example`, which no real site can bear (RFC 2606). The demo's gate is told where
//! they live ([`LittleWeb::hosts`]) and what they are ([`SITES`]); nothing else knows that they are not real.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, Request};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use domain::{Category, CategorySet, Host};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// One invented site: its name, its title, what it says of itself, and its categories.
pub struct Site {
    pub host: &'static str,
    pub title: &'static str,
    pub says: &'static str,
    pub categories: &'static [Category],
}

/// The invented sites.
pub const SITES: &[Site] = &[
    site("pond-life.example", "Pond Life", "Newts, dragonflies and how to draw them.", &[Category::Education]),
    site("times-tables.example", "Times Tables", "Seven eights are fifty-six.", &[Category::Education]),
    site("weather-for-schools.example", "Weather for Schools", "Rain later. Bring a coat.", &[Category::News]),
    site("the-morning-kettle.example", "The Morning Kettle", "News, gently stirred.", &[Category::News]),
    site("chatterbox.example", "Chatterbox", "Say it to everybody at once.", &[Category::SocialNetworks]),
    site("marble-run.example", "Marble Run", "One more level.", &[Category::Games]),
    site("moving-pictures.example", "Moving Pictures", "Films of cats, mostly.", &[Category::Video]),
    site("lucky-penny.example", "Lucky Penny", "The house always wins.", &[Category::Gambling]),
    site("round-the-wall.example", "Round the Wall", "A tunnel out of anywhere.", &[Category::Proxies]),
    site("grown-ups-only.example", "Grown-ups Only", "Nothing to see here.", &[Category::Adult]),
    site("free-films-now.example", "Free Films Now", "Somebody else made these.", &[Category::Piracy]),
    site("letterbox.example", "Letterbox", "Mail in a browser.", &[Category::Webmail]),
    site("robot-scribe.example", "Robot Scribe", "It writes; you check.", &[Category::GenerativeAi]),
    site("market-cross.example", "Market Cross", "Everything must go.", &[Category::Shopping]),
];

const fn site(host: &'static str, title: &'static str, says: &'static str, categories: &'static [Category]) -> Site {
    Site { host, title, says, categories }
}

/// The little web, being served.
pub struct LittleWeb {
    pub plain: SocketAddr,
    pub secure: SocketAddr,
    /// The certificate that signs the sites' own, in PEM: browsers of the demo trust it as they trust the public ones.
    pub authority: String,
}

impl LittleWeb {
    /// Serves the sites on two free loopback ports until the runtime ends.
    pub async fn serve() -> anyhow::Result<LittleWeb> {
        let (authority, tls) = certify()?;
        let plain = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for the little web")?;
        let secure = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for the little web")?;
        let web = LittleWeb { plain: plain.local_addr()?, secure: secure.local_addr()?, authority };
        tokio::spawn(axum::serve(plain, sites()).into_future());
        tokio::spawn(axum::serve(SecureListener::new(secure, tls)?, sites()).into_future());
        Ok(web)
    }

    /// Where the sites live: what the demo's gate resolves by itself.
    pub fn hosts(&self) -> HashMap<String, SocketAddr> {
        SITES
            .iter()
            .flat_map(|site| [(format!("{}:80", site.host), self.plain), (format!("{}:443", site.host), self.secure)])
            .collect()
    }
}

/// What each site is, for the demo's site index.
pub fn categories() -> Vec<(Host, CategorySet)> {
    SITES
        .iter()
        .map(|site| {
            let host = Host::parse(site.host).expect("the sites' names are canonical");
            (host, site.categories.iter().copied().collect())
        })
        .collect()
}

fn sites() -> Router {
    Router::new()
        .route("/", get(front_page))
        .route("/echo", any(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) }))
        .route("/{*page}", get(inner_page))
}

async fn front_page(request: Request) -> Response {
    page(&request, "")
}

async fn inner_page(Path(name): Path<String>, request: Request) -> Response {
    page(&request, &name)
}

fn page(request: &Request, name: &str) -> Response {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let Some(site) = SITES.iter().find(|site| host.ends_with(site.host)) else {
        return (axum::http::StatusCode::NOT_FOUND, "There is no such site in the little web.\n").into_response();
    };
    let inner =
        if name.is_empty() { String::new() } else { format!("<p>You are reading page '{}'.</p>", escape(name)) };
    Html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{says}</p>{inner}",
        title = site.title,
        says = site.says,
    ))
    .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

async fn echo(mut socket: axum::extract::ws::WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

/// A certificate authority for the invented sites, made anew each time, and a TLS configuration for all of them.
fn certify() -> anyhow::Result<(String, TlsAcceptor)> {
    let key = rcgen::KeyPair::generate()?;
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new())?;
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    authority.distinguished_name.push(rcgen::DnType::CommonName, "The little web of the Schoolgate demo");
    let certificate = authority.self_signed(&key)?;
    let issuer = rcgen::Issuer::new(authority, key);

    let names: Vec<String> = SITES.iter().flat_map(|site| [site.host.to_owned(), format!("*.{}", site.host)]).collect();
    let site_key = rcgen::KeyPair::generate()?;
    let site_certificate = rcgen::CertificateParams::new(names)?.signed_by(&site_key, &issuer)?;
    let configuration = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![site_certificate.der().clone()],
            rustls::pki_types::PrivatePkcs8KeyDer::from(site_key.serialize_der()).into(),
        )?;
    Ok((certificate.pem(), TlsAcceptor::from(Arc::new(configuration))))
}

/// Hands on connections whose handshake is done; a client that dawdles over its own holds up nobody else.
struct SecureListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

impl SecureListener {
    fn new(listener: TcpListener, tls: TlsAcceptor) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (done, ready) = mpsc::channel(64);
        tokio::spawn(async move {
            while let Ok((stream, client)) = listener.accept().await {
                let (tls, done) = (tls.clone(), done.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = tls.accept(stream).await {
                        let _ = done.send((stream, client)).await;
                    }
                });
            }
        });
        Ok(SecureListener { address, ready })
    }
}

impl axum::serve::Listener for SecureListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}
