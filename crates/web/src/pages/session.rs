//! Signing in and out, setting a password with an invitation or a code, and one's own page.

use actions::{PasswordProof, PasswordRule, SetPassword, SetPasswordError, SignIn, SignInError, Verb, WaitsForParent};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use policy::kinds::Occasion;
use policy::rules::notices;

use crate::address::{answer_in, safe_next};
use crate::answer::{Answer, go, page, page_again, page_with};
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::kept::{KEPT, LOOKED_FOR, Owner};
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::session;
use crate::visitor::{Anyone, AppState, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages
        .get_for_anyone("/sign-in", sign_in_form)
        .post_for_anyone("/sign-in", sign_in)
        .post("/sign-out", sign_out)
        .get_for_anyone("/welcome", code_form)
        .post_for_anyone("/welcome", set_by_code)
        .get_for_anyone("/welcome/{token}", welcome)
        .post_for_anyone("/welcome/{token}", set_by_invitation)
        .get("/password", password_form)
        .post("/password", change_password)
        .get("/you", you)
}

#[derive(Template)]
#[template(path = "session/sign-in.html")]
struct SignInPage<'a> {
    frame: Frame,
    form: &'a Form,
    next: &'a str,
    password_was_set: bool,
    signed_out: bool,
    /// A form that came after its session had ended is kept for whoever signs in now.
    form_is_kept: bool,
    /// Clauses that are shown as notices: title, and safe HTML.
    notices: Vec<(String, String)>,
}

fn notices(app: &AppState) -> Vec<(String, String)> {
    let rules = app.desk.rules();
    let shown = rules.policies().iter().flat_map(|published| notices::shown(&published.document, Occasion::SignIn));
    shown.map(|clause| (app.filled_title(&clause.title), app.filled_markdown(&clause.prose))).collect()
}

async fn sign_in_form(anyone: Anyone, asked: ListParams) -> Answer {
    let next = safe_next(Some(asked.get("next")));
    if anyone.actor.is_some() {
        return go(next);
    }
    let (password_was_set, signed_out) = (asked.get("done") == "password", asked.get("done") == "signed-out");
    let (frame, notices, form_is_kept) = (anyone.frame("Sign in"), notices(&anyone), names_a_kept_form(next));
    page(&SignInPage { frame, form: &anyone.form(), next, password_was_set, signed_out, form_is_kept, notices })
}

async fn sign_in(anyone: Anyone, Posted(mut form): Posted) -> Answer {
    let input = SignIn {
        username: form.value("username").to_owned(),
        password: form.raw("password").to_owned(),
        address: anyone.client,
    };
    if input.username.is_empty() {
        form.blame("username", "Enter your username.");
    }
    if input.password.is_empty() {
        form.blame("password", "Enter your password.");
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if !form.has_problems() {
        match anyone.desk.sign_in(input).await {
            Ok(signed_in) => {
                let next = safe_next(Some(form.value("next")));
                if let Some(key) = answer_in(next, LOOKED_FOR) {
                    let person = Owner::Person(signed_in.actor.person());
                    anyone.kept.hand_over(&key, &Owner::Browser(anyone.cookie.clone()), person);
                }
                let mut response = go(next)?;
                let cookie = session::set(signed_in.token.as_str(), &anyone.settings);
                response.headers_mut().insert(SET_COOKIE, cookie);
                return Ok(response);
            }
            Err(error @ SignInError::Throttled { .. }) => {
                status = StatusCode::TOO_MANY_REQUESTS;
                form.blame("username", error.to_string());
            }
            Err(error) => form.refused(error)?,
        }
    }
    let next = safe_next(Some(form.value("next")));
    let frame = anyone.frame("Sign in").form(&form);
    let (password_was_set, signed_out, notices, form_is_kept) =
        (false, false, notices(&anyone), names_a_kept_form(next));
    let sign_in_page = SignInPage { frame, form: &form, next, password_was_set, signed_out, form_is_kept, notices };
    page_with(status, &sign_in_page)
}

fn names_a_kept_form(address: &str) -> bool {
    address.contains(&format!("{KEPT}="))
}

async fn sign_out(signed: Visitor, Posted(_): Posted) -> Answer {
    signed.desk.sign_out(&signed.actor).await?;
    signed.kept.forget(&signed.owner());
    let mut response: Response = go("/sign-in?done=signed-out")?;
    response.headers_mut().insert(SET_COOKIE, session::clear(&signed.settings));
    Ok(response)
}

/// A demand on a password, with its clause where one makes it.
struct Demand {
    sentence: String,
    clause: Option<CitedClause>,
}

fn demands(rules: Vec<PasswordRule>, app: &AppState) -> Vec<Demand> {
    rules
        .into_iter()
        .map(|rule| Demand {
            sentence: rule.sentence,
            clause: rule.citation.as_ref().map(|citation| CitedClause::cited(citation, app)),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "session/password.html")]
struct PasswordPage<'a> {
    frame: Frame,
    form: &'a Form,
    /// Whose it is, where an invitation says.
    welcome: Option<(String, String)>,
    /// Asks for a username and a code.
    by_code: bool,
    /// Asks for the password that one has.
    by_current: bool,
    demands: Vec<Demand>,
}

async fn welcome(anyone: Anyone, Path(token): Path<String>) -> Answer {
    let form = anyone.form();
    welcome_page(&anyone, &token, &form).await
}

async fn welcome_page(anyone: &Anyone, token: &str, form: &Form) -> Answer {
    let found = anyone.desk.invitation(token).await.map_err(|_| PageError::unavailable())?;
    let Some(invitation) = found else {
        return Err(PageError::from(SetPasswordError::Expired));
    };
    let password_page = PasswordPage {
        frame: anyone.frame("Set your password").form(form),
        form,
        welcome: Some((invitation.name, invitation.username)),
        by_code: false,
        by_current: false,
        demands: demands(invitation.rules, anyone),
    };
    if form.has_problems() { page_again(&password_page) } else { page(&password_page) }
}

async fn set_by_invitation(anyone: Anyone, Path(token): Path<String>, Posted(mut form): Posted) -> Answer {
    match anyone.desk.set_password(chosen(PasswordProof::Invitation { token: token.clone() }, &form)).await {
        Ok(_) => go("/sign-in?done=password"),
        Err(error) => {
            form.refused(error)?;
            welcome_page(&anyone, &token, &form).await
        }
    }
}

fn code_page(anyone: &Anyone, form: &Form) -> Answer {
    // somebody signed in has no use for the sign-in form
    let back = if anyone.actor.is_some() { "/you" } else { "/sign-in" };
    let frame = anyone.frame("Set your password with a code").form(form).back(back);
    let code_page = PasswordPage { frame, form, welcome: None, by_code: true, by_current: false, demands: Vec::new() };
    if form.has_problems() { page_again(&code_page) } else { page(&code_page) }
}

async fn code_form(anyone: Anyone) -> Answer {
    code_page(&anyone, &anyone.form())
}

async fn set_by_code(anyone: Anyone, Posted(mut form): Posted) -> Answer {
    let proof = PasswordProof::Code {
        username: form.value("username").to_owned(),
        code: form.value("code").to_owned(),
        address: anyone.client,
    };
    match anyone.desk.set_password(chosen(proof, &form)).await {
        Ok(_) => go("/sign-in?done=password"),
        Err(error) => {
            form.refused(error)?;
            code_page(&anyone, &form)
        }
    }
}

fn own_password_page(signed: &Visitor, form: &Form) -> Answer {
    let own_page = PasswordPage {
        frame: signed.frame("Change your password").form(form).back("/you"),
        form,
        welcome: None,
        by_code: false,
        by_current: true,
        demands: demands(signed.desk.password_rules(&signed.actor), signed),
    };
    if form.has_problems() { page_again(&own_page) } else { page(&own_page) }
}

async fn password_form(signed: Visitor) -> Answer {
    own_password_page(&signed, &signed.form())
}

async fn change_password(signed: Visitor, Posted(mut form): Posted) -> Answer {
    let proof = PasswordProof::Current { actor: signed.actor.clone(), password: form.raw("current").to_owned() };
    match signed.desk.set_password(chosen(proof, &form)).await {
        Ok(_) => go("/sign-in?done=password"),
        Err(error) => {
            form.refused(error)?;
            own_password_page(&signed, &form)
        }
    }
}

fn chosen(proof: PasswordProof, form: &Form) -> SetPassword {
    SetPassword { proof, password: form.raw("password").to_owned(), again: form.raw("again").to_owned() }
}

#[derive(Template)]
#[template(path = "session/you.html")]
struct YouPage {
    frame: Frame,
    facts: Facts,
    form: Form,
    waiting: Vec<WaitsForParent>,
    withdrawn_because: Option<String>,
    may_see_grants: bool,
}

async fn you(signed: Visitor) -> Answer {
    let actor = &signed.actor;
    let groups: Vec<&str> = actor.groups().iter().map(|group| group.0.as_str()).collect();
    let roles = signed.role_titles(actor.roles());
    let facts = Facts::new()
        .row("Name", actor.name())
        .row("Username", actor.username())
        .row("Part of the school", actor.audience().title())
        .row_if("Classes and groups", (!groups.is_empty()).then(|| groups.join(", ")))
        .row_if("Roles", (!roles.is_empty()).then_some(roles));
    let may_see_grants = signed.desk.may(actor, Verb::Grants);
    let home = signed.desk.home(actor).await?;
    page(&YouPage {
        frame: signed.frame("Your account"),
        facts,
        form: signed.form(),
        waiting: home.waits_for_parent,
        withdrawn_because: home.withdrawn.and_then(|withdrawn| withdrawn.reason),
        may_see_grants,
    })
}
