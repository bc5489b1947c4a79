//! The person: their name and their signing key.

use earnest_domain::identity::PersonKey;
use zeroize::Zeroizing;

use crate::{database::Vault, error::VaultError};

/// What is stored of the person, but for the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they want to be called; `None` before they said, and it never leaves.
    pub name: Option<String>,
}

impl Vault {
    /// What is stored of the person.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn person(&self) -> Result<Person, VaultError> {
        let name: String = sqlx::query_scalar("SELECT name FROM person").fetch_one(self.read()).await?;
        Ok(Person {
            name: (!name.is_empty()).then_some(name),
        })
    }

    /// The key that the person signs with; wiped from memory when dropped.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn person_key(&self) -> Result<PersonKey, VaultError> {
        let seed: Vec<u8> = sqlx::query_scalar("SELECT seed FROM person").fetch_one(self.read()).await?;
        let seed = Zeroizing::new(seed);
        let seed =
            Zeroizing::new(<[u8; 32]>::try_from(seed.as_slice()).map_err(|_| VaultError::corrupt("the signing key is cut off"))?);
        Ok(PersonKey::from_seed(&seed))
    }

    /// Notes what the person wants to be called; an empty name is none.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn set_name(&self, name: &str) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query("UPDATE person SET name = ?")
            .bind(name)
            .execute(writing.connection())
            .await?;
        writing.commit().await
    }
}
