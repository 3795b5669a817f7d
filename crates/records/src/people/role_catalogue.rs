//! The school's own roles: one text, kept whole, so that a catalogue is always one that was checked as one.

use std::sync::Arc;

use domain::Roles;

use crate::engine::query::query;
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

impl Reading {
    /// The roles that hold: the school's own catalogue, or the ready one where the school has made none.
    ///
    /// # Errors
    /// A catalogue that this program can't read.
    pub async fn roles(&mut self) -> Result<Arc<Roles>, Error> {
        let row = query("SELECT roles FROM role_catalogue WHERE id = 1").fetch_optional(self.transaction()).await?;
        let Some(row) = row else { return Ok(Roles::ready().clone()) };
        let value = row.text("roles")?;
        match Roles::parse(&value) {
            Ok(roles) => Ok(Arc::new(roles)),
            Err(cause) => Err(Error::Column { column: "roles", value, cause: cause.to_string() }),
        }
    }
}

impl Change {
    /// Keeps a catalogue in the place of the one before.
    pub async fn save_roles(&mut self, roles: &Roles) -> Result<(), Error> {
        query(
            "INSERT INTO role_catalogue (id, roles) VALUES (1, ?) \
             ON CONFLICT (id) DO UPDATE SET roles = excluded.roles",
        )
        .bind(roles.to_toml())
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
