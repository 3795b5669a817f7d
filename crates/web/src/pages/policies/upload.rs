//! A draft of a policy's next version, or of a new policy: a file, or text that is pasted.

use actions::{ErrorKind, UploadDraft, Verb, VerbError};
use askama::Template;
use axum::extract::Path;
use domain::PolicyId;

use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::forms::upload::{Uploaded, UploadedFile};
use crate::frame::Frame;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/policies/upload", show_new)
        .post("/policies/upload", upload_new)
        .get("/policies/{id}/upload", show_next)
        .post("/policies/{id}/upload", upload_next)
}

/// The policy whose next version is uploaded; `None`: a policy that is new, or whichever the text says.
struct UploadTarget {
    id: PolicyId,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "policies/upload.html")]
struct UploadPage<'a> {
    frame: Frame,
    form: &'a Form,
    target: Option<&'a UploadTarget>,
    kinds: Vec<FormChoice>,
}

fn upload_page<'a>(signed: &Visitor, form: &'a Form, target: Option<&'a UploadTarget>) -> UploadPage<'a> {
    let frame = signed.frame("Upload a draft").crumb("Policies", "/policies").form(form);
    let kinds = vec![
        FormChoice::new("no", "It changes what people agree to")
            .hint("Everybody who signed the version before is asked to sign this one."),
        FormChoice::new("yes", "It is a minor correction")
            .hint("Spelling, layout, a name: signatures stay as they are. The ledger says that you said so."),
    ];
    UploadPage {
        frame: match target {
            Some(target) => frame.crumb(&target.title, format!("/policies/{}", target.id)),
            None => frame,
        },
        form,
        target,
        kinds,
    }
}

async fn target(signed: &Visitor, id: String) -> Result<UploadTarget, PageError> {
    let policy = signed.desk.policy(&signed.actor, &PolicyId(id)).await?;
    if !policy.may_upload {
        return Err(PageError::forbidden(
            "A draft is uploaded by who looks after the policy, and by those who approve it.",
        ));
    }
    let text = policy.line.version.map(|version| format!("/policies/{}/v/{version}/text", policy.line.policy));
    Ok(UploadTarget {
        title: signed.filled_title(&policy.document.title),
        id: policy.line.policy,
        text: text.unwrap_or_default(),
    })
}

fn may_upload(signed: &Visitor) -> Result<(), PageError> {
    if signed.desk.may(&signed.actor, Verb::UploadDraft) {
        Ok(())
    } else {
        Err(PageError::forbidden("A draft is uploaded by who looks after a policy, and by those who approve it."))
    }
}

async fn show_new(signed: Visitor) -> Answer {
    may_upload(&signed)?;
    page(&upload_page(&signed, &signed.form().with("minor", "no"), None))
}

async fn show_next(signed: Visitor, Path(id): Path<String>) -> Answer {
    let target = target(&signed, id).await?;
    page(&upload_page(&signed, &signed.form().with("minor", "no"), Some(&target)))
}

async fn upload_new(signed: Visitor, Uploaded { form, files }: Uploaded) -> Answer {
    may_upload(&signed)?;
    upload(signed, None, form, files).await
}

async fn upload_next(signed: Visitor, Path(id): Path<String>, Uploaded { form, files }: Uploaded) -> Answer {
    let target = target(&signed, id).await?;
    upload(signed, Some(target), form, files).await
}

/// The text that was given, as a file or pasted, with its name; or what must be put right.
fn text(form: &mut Form, files: Vec<UploadedFile>, target: Option<&UploadTarget>) -> Option<(String, String)> {
    let pasted = form.raw("text").replace("\r\n", "\n");
    match (files.into_iter().next(), pasted.trim().is_empty()) {
        (Some(_), false) => form.blame("file", "Give the text once: either as a file or pasted, not both"),
        (None, true) => form.blame("file", "Choose a file, or paste the text below"),
        (None, false) => {
            let name = target.map_or_else(|| "pasted".to_owned(), |target| target.id.to_string());
            return Some((format!("{name}.md"), pasted));
        }
        (Some(file), true) => match String::from_utf8(file.bytes) {
            Ok(text) => return Some((file.name, text)),
            Err(_) => form.blame(
                "file",
                "The file is no plain text in UTF-8. Save it as a Markdown text file and choose it again.",
            ),
        },
    }
    None
}

async fn upload(signed: Visitor, target: Option<UploadTarget>, mut form: Form, files: Vec<UploadedFile>) -> Answer {
    let given = text(&mut form, files, target.as_ref());
    if form.value("summary").is_empty() {
        form.blame("summary", "Say in a sentence or two what changes, for those who approve it and those who sign it");
    }
    if !matches!(form.value("minor"), "yes" | "no") {
        form.blame("minor", "Say whether people must sign again");
    }
    if let (Some((_, text)), Some(target)) = (&given, &target)
        && let Some(other) = actions::id_in_head(text).filter(|id| *id != target.id)
    {
        form.blame(
            "file",
            format!("This text is the policy ‘{other}’, and not ‘{}’. Upload it on that policy’s own page.", target.id),
        );
    }
    let Some((file_name, text)) = given.filter(|_| !form.has_problems()) else {
        return page_again(&upload_page(&signed, &form, target.as_ref()));
    };
    let minor = form.value("minor") == "yes";
    let input = UploadDraft { file_name, text, minor, summary: form.value("summary").to_owned() };
    match signed.desk.upload_draft(&signed.actor, input).await {
        Ok(draft) => go(format!("/drafts/{}", draft.id)),
        Err(error) => {
            match error.kind() {
                ErrorKind::Conflict => form.blame("file", error.to_string()),
                _ => form.refused(error)?,
            }
            page_again(&upload_page(&signed, &form, target.as_ref()))
        }
    }
}
