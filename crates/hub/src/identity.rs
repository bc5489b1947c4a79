//! Who this hub is: made up once, at the first start, and kept in its database.

use std::fmt;

use earnest_domain::{consent::Slug, contribution::Fingerprint, hub::HubKey, identity::PersonId};
use sqlx::{Row, SqliteConnection};
use zeroize::Zeroizing;

/// The hub's id, which grants name as their recipient, what it signs with, and the key of its digests.
pub(crate) struct Identity {
    pub(crate) id: Slug,
    pub(crate) key: HubKey,
    seen_key: [u8; 32],
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("id", &self.id)
            .field("key", &self.key)
            .field("seen_key", &"***")
            .finish()
    }
}

impl Identity {
    /// The identity in the database; made out of the random bytes when there is none.
    pub(crate) async fn load_or_make(
        connection: &mut SqliteConnection,
        id_bytes: [u8; 4],
        seen_key: [u8; 32],
        signing_seed: &[u8; 32],
    ) -> Result<Self, sqlx::Error> {
        sqlx::query("INSERT OR IGNORE INTO hub (only_row, id, seen_key) VALUES (1, ?, ?)")
            .bind(format!("hub-{}", hex::encode(id_bytes)))
            .bind(seen_key.as_slice())
            .execute(&mut *connection)
            .await?;
        // A database of a version that signed nothing has no key yet.
        sqlx::query("UPDATE hub SET signing_seed = ? WHERE signing_seed IS NULL")
            .bind(signing_seed.as_slice())
            .execute(&mut *connection)
            .await?;
        let row = sqlx::query("SELECT id, seen_key, signing_seed FROM hub")
            .fetch_one(connection)
            .await?;
        let id = row
            .try_get::<String, _>("id")?
            .parse()
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let bytes = |column: &str| -> Result<[u8; 32], sqlx::Error> {
            let bytes = row.try_get::<Vec<u8>, _>(column)?.try_into();
            bytes.map_err(|_| sqlx::Error::Decode("a key of another length".into()))
        };
        Ok(Self {
            id,
            key: HubKey::from_seed(&Zeroizing::new(bytes("signing_seed")?)),
            seen_key: bytes("seen_key")?,
        })
    }

    /// What the hub keeps of a fingerprint: enough to see it again, and none of the bytes that left the device.
    pub(crate) fn digest(&self, person: PersonId, fingerprint: &Fingerprint) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(&self.seen_key);
        hasher.update(person.bytes());
        hasher.update(fingerprint.bytes());
        let mut short = [0; 16];
        short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        short
    }
}
