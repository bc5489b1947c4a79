//! What was credited before the ledger was a log is entered again, in its order.

use std::collections::BTreeMap;

use earnest_domain::{
    consent::Slug,
    points::{Award, BASE_CAP, Factor, Facts, Need},
    time::Timestamp,
    verdict::Permille,
};
use sqlx::{Row, SqliteConnection};

use super::{Openings, award, put};

/// Enters what is left of the ledger of an older version; nothing where there is none.
pub(crate) async fn enter_earlier(connection: &mut SqliteConnection, openings: &Openings<'_>) -> Result<(), sqlx::Error> {
    let rows = sqlx::query(
        "SELECT b.contribution, b.person, b.at, c.quest, c.quest_version, c.award \
         FROM credits_before_the_log b JOIN contributions c ON c.id = b.contribution ORDER BY b.entry",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut credits = Vec::with_capacity(rows.len());
    for row in &rows {
        let text = |column: &str| row.try_get::<String, _>(column);
        let bad = |what: &'static str| sqlx::Error::Decode(what.into());
        let credit: Award = serde_json::from_str(&text("award")?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        credits.push((
            (
                text("contribution")?.parse().map_err(|_| bad("no contribution's id"))?,
                text("person")?.parse().map_err(|_| bad("no person's id"))?,
            ),
            text("quest")?.parse::<Slug>().map_err(|_| bad("no quest's id"))?,
            row.try_get::<u32, _>("quest_version")?,
            facts_of(&credit),
            credit.points,
            Timestamp::from_micros(row.try_get("at")?),
        ));
    }
    // The pools pay what was paid, before anything else is put into them.
    let mut paid: BTreeMap<&Slug, (u32, Timestamp)> = BTreeMap::new();
    for (_, quest, _, _, points, at) in &credits {
        let sum = paid.entry(quest).or_insert((0, *at));
        sum.0 = sum.0.saturating_add(*points);
    }
    for (quest, (points, at)) in paid {
        if points > 0 {
            put(connection, quest, points, at).await?;
        }
    }
    for (whose, quest, version, facts, _, at) in &credits {
        award(connection, openings, *whose, (quest.clone(), *version), *facts, *at).await?;
    }
    sqlx::query("DELETE FROM credits_before_the_log").execute(connection).await?;
    Ok(())
}

/// The facts that an award was computed from, read from its lines: the formula gives the same award for them.
fn facts_of(award: &Award) -> Facts {
    let value = |factor| award.lines.iter().find(|line| line.factor == factor).map(|line| line.value);
    let permille = |factor| u16::try_from(value(factor).unwrap_or(0)).unwrap_or(u16::MAX);
    Facts {
        base: value(Factor::Base).unwrap_or(0),
        quality: Permille::new(permille(Factor::Quality)),
        novelty: Permille::new(permille(Factor::Novelty)),
        need: Need::new(permille(Factor::Need)),
        // One that did not cap is not told; none was lower than this.
        cap: value(Factor::Cap).unwrap_or(2 * BASE_CAP),
    }
}

#[cfg(test)]
mod tests {
    use earnest_domain::points::award;

    use super::*;

    #[test]
    fn the_facts_of_an_award_give_the_same_award() {
        for base in [0, 1, 40, 999, BASE_CAP] {
            for quality in [0, 299, 300, 930, 1_000] {
                for novelty in [0, 333, 1_000] {
                    for (need, cap) in [(500, 3), (1_000, 0), (1_250, 100), (2_000, 2 * BASE_CAP)] {
                        let facts = Facts {
                            base,
                            quality: Permille::new(quality),
                            novelty: Permille::new(novelty),
                            need: Need::new(need),
                            cap,
                        };
                        let earned = award(&facts);
                        assert_eq!(award(&facts_of(&earned)), earned, "{facts:?}");
                    }
                }
            }
        }
    }
}
