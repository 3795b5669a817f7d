//! What can stand in the way of an answer where no verdict does, each with its word for the journal and its page.

use domain::Host;
use gate::GateProblem;
use hyper::StatusCode;

use crate::http::framing::Ambiguous;

fn bad_request(sentence: String) -> GateProblem {
    GateProblem {
        status: StatusCode::BAD_REQUEST.as_u16(),
        word: "bad-request",
        heading: "The gate can’t read this request",
        sentence,
        mend: "If a program on your computer sent it, tell the people who look after computers here.",
    }
}

/// A request whose framing could be read in two ways.
pub(crate) fn ambiguous(why: Ambiguous) -> GateProblem {
    bad_request(format!("Where it ends can be read in two ways: {why}."))
}

pub(crate) fn no_target(text: &str) -> GateProblem {
    bad_request(format!("It goes to no site that there could be: {text}."))
}

pub(crate) fn other_scheme() -> GateProblem {
    bad_request("Only http and https pass here.".to_owned())
}

pub(crate) fn https_in_the_open() -> GateProblem {
    bad_request("An https address passes in a tunnel (CONNECT), so that nobody on the way can read it.".to_owned())
}

pub(crate) fn at_the_gate_itself() -> GateProblem {
    GateProblem {
        status: StatusCode::MISDIRECTED_REQUEST.as_u16(),
        word: "at-the-gate",
        heading: "This is the school’s web gate",
        sentence: "Pages go through it; it has none of its own.".to_owned(),
        mend: "Set it as the proxy of your browser or device: the desk shows how.",
    }
}

fn unreachable(heading: &'static str, sentence: String) -> GateProblem {
    GateProblem {
        status: StatusCode::BAD_GATEWAY.as_u16(),
        word: "unreachable",
        heading,
        sentence,
        mend: "Check the address for a slip, or try again later.",
    }
}

pub(crate) fn nonsense(host: &Host, why: &str) -> GateProblem {
    unreachable("The site does not answer as it should", format!("Something is wrong at {host}: {why}."))
}

pub(crate) fn too_late(host: &Host) -> GateProblem {
    GateProblem {
        status: StatusCode::GATEWAY_TIMEOUT.as_u16(),
        word: "too-late",
        heading: "The site does not answer",
        sentence: format!("{host} took too long."),
        mend: "Try again later.",
    }
}

pub(crate) fn local(host: &Host) -> GateProblem {
    GateProblem {
        status: StatusCode::FORBIDDEN.as_u16(),
        word: "local-address",
        heading: "The gate does not go there",
        sentence: format!("{host} is not on the web: it leads to the gate’s own computer or its closest network."),
        mend: "If you think that it should open, tell the people who look after computers here.",
    }
}

pub(crate) fn too_many_connections() -> GateProblem {
    GateProblem {
        status: StatusCode::TOO_MANY_REQUESTS.as_u16(),
        word: "too-many-connections",
        heading: "Too much at once",
        sentence: "Your computer has very many connections open.".to_owned(),
        mend: "Close some pages and try again in a minute.",
    }
}

pub(crate) fn closed_port(port: u16) -> GateProblem {
    GateProblem {
        status: StatusCode::FORBIDDEN.as_u16(),
        word: "closed-port",
        heading: "The gate does not go there",
        sentence: format!("Nothing passes to port {port} here."),
        mend: "If a program of yours needs it, ask the people who look after computers here.",
    }
}

pub(crate) fn not_tls() -> GateProblem {
    GateProblem {
        status: StatusCode::FORBIDDEN.as_u16(),
        word: "tunnel-without-tls",
        heading: "This is not a web page",
        sentence: "Only secure web pages (TLS) pass through tunnels here.".to_owned(),
        mend: "If a program of yours needs something else, ask the people who look after computers here.",
    }
}

pub(crate) fn another_name() -> GateProblem {
    GateProblem {
        status: StatusCode::FORBIDDEN.as_u16(),
        word: "another-name-inside",
        heading: "This tunnel leads elsewhere than it says",
        sentence: "The site asked for inside the tunnel is not the one that it was opened for.".to_owned(),
        mend: "Open the site by its own name.",
    }
}

pub(crate) fn unknown_site(host: &Host) -> GateProblem {
    unreachable("The site can’t be found", format!("There is no site with the name {host}."))
}

pub(crate) fn no_connection(host: &Host) -> GateProblem {
    unreachable("The site can’t be reached", format!("{host} does not take connections."))
}

pub(crate) fn unclear_host() -> GateProblem {
    bad_request("It must say in exactly one Host header where it goes.".to_owned())
}

pub(crate) fn too_many_wrong_passwords() -> GateProblem {
    GateProblem {
        status: StatusCode::TOO_MANY_REQUESTS.as_u16(),
        word: "too-many-sign-ins",
        heading: "Please wait a little",
        sentence: "There were too many wrong passwords.".to_owned(),
        mend: "Wait a minute, then try again. If you can’t remember your password, ask the school office.",
    }
}
