//! Looks into an allowed tunnel for the site that is named inside, and carries what is allowed.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use domain::Host;
use gate::{ExplainedVerdict, TunnelBasis, note_decision};
use smallvec::smallvec;
use tokio::net::TcpStream;

use crate::accept::client::Client;
use crate::accept::worker::Worker;
use crate::http::identified_request::IdentifiedRequest;
use crate::http::problems;
use crate::tls::client_hello::Hello;
use crate::tls::peek::peek;
use crate::tunnel::blocked::{self, BlockedSite};
use crate::tunnel::plain_page::refuse_plainly;
use crate::tunnel::relay::relay;

/// Looks at the site that is named inside the tunnel, and carries what is allowed. The client counts as connected until
/// that is over.
pub(crate) async fn carry(
    worker: Arc<Worker>,
    client: Arc<Client>,
    mut identified: IdentifiedRequest,
    decision: ExplainedVerdict,
    (mut stream, early): (TcpStream, Bytes),
    site: TcpStream,
) {
    let gate = worker.gate();
    let mut basis = TunnelBasis {
        identity: identified.identity.clone(),
        client: client.address,
        places: smallvec![(identified.target.host.clone(), None)],
        safe_search: decision.verdict.safe_search,
    };
    let mut first = BytesMut::from(early);
    let plain_is_fine = !gate.settings.tunnels_must_speak_tls;
    let hello = tokio::select! {
        hello = peek(&mut stream, &mut first, gate.settings.limits.header_read) => hello,
        // Where the site speaks first it is no TLS.
        _ = site.readable(), if plain_is_fine => Ok(Hello::NotTls),
        () = worker.stop.cancelled() => return,
    };
    let named = match &hello {
        Err(_) | Ok(Hello::Incomplete) => return,
        Ok(Hello::NotTls) if plain_is_fine => None,
        Ok(Hello::NotTls) => return refuse_plainly(gate, stream, identified.entry, &problems::not_tls()).await,
        Ok(Hello::Tls { server_name: None }) => None,
        Ok(Hello::Tls { server_name: Some(name) }) => match Host::parse(name) {
            Ok(named) => Some(named),
            Err(_) => return refuse_plainly(gate, stream, identified.entry, &problems::not_tls()).await,
        },
    };
    if let Some(named) = named.filter(|named| *named != identified.target.host) {
        let directory = gate.directory();
        let now = gate.now();
        let standing = identified.identity.standing(client.address, &directory, now);
        let from = (client.address, &*directory);
        let inside = gate.decide(&worker.moments, standing, (&named, None), from, now);
        if identified.target.host.ip().is_some() || !inside.is_allowed() {
            identified.entry.activity().host = named.as_str().to_owned();
            note_decision(identified.entry.activity(), &inside);
        }
        if let (false, Ok(hello)) = (inside.is_allowed(), hello) {
            gate.metrics.blocked.one_more();
            let blocked = BlockedSite { host: named, decision: inside, entry: identified.entry };
            return blocked::show(&worker, stream, (hello, first), blocked).await;
        }
        // The site that was connected to is not the one whose safe results the rules ask for.
        if inside.verdict.safe_search != decision.verdict.safe_search {
            return refuse_plainly(gate, stream, identified.entry, &problems::another_name()).await;
        }
        basis.places.push((named, None));
    }
    let open = gate.open_connections.tunnel(basis);
    relay(&worker, open, identified.entry, (stream, first.freeze()), (site, Bytes::new())).await;
}
