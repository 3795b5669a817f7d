//! Signatures, and the school's acceptance of them.

use domain::{Agreement, AgreementId, Countersignature, OnBehalf, PersonId, PolicyId, Version};

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// A signature and the clause that asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementRecord {
    pub agreement: Agreement,
    pub clause: String,
}

const SELECT: &str = "SELECT agreements.*, countersignatures.person AS accepted_by, \
     countersignatures.printed_name AS accepted_name, countersignatures.at AS accepted_at \
     FROM agreements LEFT JOIN countersignatures ON countersignatures.agreement = agreements.id";

fn agreement_row(row: &Row) -> Result<AgreementRecord, Error> {
    let (signer, binds): (PersonId, PersonId) = (row.word("signer")?, row.word("binds")?);
    let countersigned = match row.maybe_word("accepted_by")? {
        Some(by) => {
            Some(Countersignature { by, printed_name: row.text("accepted_name")?, at: row.time("accepted_at")? })
        }
        None => None,
    };
    Ok(AgreementRecord {
        clause: row.text("clause")?,
        agreement: Agreement {
            id: row.word("id")?,
            policy: PolicyId(row.text("policy")?),
            version: Version(u32::try_from(row.number("version")?).unwrap_or_default()),
            text_hash: row.text("text_hash")?,
            signer,
            on_behalf: if signer == binds { OnBehalf::Own } else { OnBehalf::Child(binds) },
            printed_name: row.text("printed_name")?,
            signed_at: row.time("signed_at")?,
            countersigned,
        },
    })
}

impl Reading {
    pub async fn agreement(&mut self, id: AgreementId) -> Result<Option<AgreementRecord>, Error> {
        let row = query(format!("{SELECT} WHERE agreements.id = ?"))
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(agreement_row).transpose()
    }

    /// Every signature, oldest first.
    pub async fn agreements(&mut self) -> Result<Vec<AgreementRecord>, Error> {
        let rows = query(format!("{SELECT} ORDER BY signed_at, agreements.id")).fetch_all(self.transaction()).await?;
        rows.iter().map(agreement_row).collect()
    }

    /// Signatures that bind one of these people, of each the oldest first.
    pub async fn agreements_binding_any(&mut self, people: &[PersonId]) -> Result<Vec<AgreementRecord>, Error> {
        let rows = self.rows_of(&format!("{SELECT} WHERE binds"), people, "signed_at, agreements.id").await?;
        rows.iter().map(agreement_row).collect()
    }

    /// Signatures that bind a person, theirs and their parents' for them; oldest first.
    pub async fn agreements_binding(&mut self, person: PersonId) -> Result<Vec<AgreementRecord>, Error> {
        let rows = query(format!("{SELECT} WHERE binds = ? ORDER BY signed_at, agreements.id"))
            .bind(person.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(agreement_row).collect()
    }
}

impl Change {
    pub async fn add_agreement(&mut self, record: &AgreementRecord) -> Result<(), Error> {
        let agreement = &record.agreement;
        query(
            "INSERT INTO agreements (id, policy, version, clause, text_hash, signer, binds, printed_name, signed_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(agreement.id.to_string())
        .bind(&agreement.policy.0)
        .bind(i64::from(agreement.version.0))
        .bind(&record.clause)
        .bind(&agreement.text_hash)
        .bind(agreement.signer.to_string())
        .bind(agreement.binds().to_string())
        .bind(&agreement.printed_name)
        .bind(millis(agreement.signed_at))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where it was countersigned before.
    pub async fn add_countersignature(
        &mut self,
        agreement: AgreementId,
        countersignature: &Countersignature,
    ) -> Result<bool, Error> {
        let done = query(
            "INSERT INTO countersignatures (agreement, person, printed_name, at) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(agreement.to_string())
        .bind(countersignature.by.to_string())
        .bind(&countersignature.printed_name)
        .bind(millis(countersignature.at))
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }
}
