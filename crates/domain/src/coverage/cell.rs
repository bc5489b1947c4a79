//! Places, as cells of H3: hexagons that tile the Earth at sixteen sizes.

use std::{fmt, str::FromStr};

use h3o::CellIndex;
use serde::{Deserialize, Serialize};

/// A cell of H3. On the wire its index in lower-case hexadecimal, as H3's own libraries write it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Cell(CellIndex);

/// What is no cell of H3, or not as H3 writes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no cell of H3: it takes an index in lower-case hexadecimal")]
pub struct InvalidCell(pub String);

/// How large a cell is: 0 (some 4.4 million km2) to 15 (about 1 m2); each is a seventh of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Resolution(u8);

impl Cell {
    /// How large it is.
    pub fn resolution(self) -> Resolution {
        Resolution(u8::from(self.0.resolution()))
    }

    /// The cell of this size that holds it by its index; itself at its own, `None` at a finer one.
    pub fn parent(self, resolution: Resolution) -> Option<Self> {
        self.0.parent(resolution.as_h3()?).map(Self)
    }

    /// Itself and the cells that touch it: seven, or six at one of the twelve pentagons.
    pub fn and_neighbours(self) -> Vec<Self> {
        self.0.grid_disk::<Vec<_>>(1).into_iter().map(Self).collect()
    }
}

impl TryFrom<u64> for Cell {
    type Error = InvalidCell;

    fn try_from(index: u64) -> Result<Self, InvalidCell> {
        CellIndex::try_from(index)
            .map(Self)
            .map_err(|_| InvalidCell(format!("{index:x}")))
    }
}

impl From<Cell> for u64 {
    fn from(cell: Cell) -> Self {
        cell.0.into()
    }
}

impl FromStr for Cell {
    type Err = InvalidCell;

    fn from_str(text: &str) -> Result<Self, InvalidCell> {
        let invalid = || InvalidCell(text.chars().take(80).collect());
        let cell = u64::from_str_radix(text, 16).ok().map(Self::try_from);
        let cell = cell.and_then(Result::ok).ok_or_else(invalid)?;
        // A sign, upper case or a leading zero would give one cell two spellings.
        if cell.to_string() == text { Ok(cell) } else { Err(invalid()) }
    }
}

impl TryFrom<String> for Cell {
    type Error = InvalidCell;

    fn try_from(text: String) -> Result<Self, InvalidCell> {
        text.parse()
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", u64::from(self.0))
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Resolution {
    /// Some 5 km2, what positions are sent in unless a grant says otherwise.
    pub const SENT: Self = Self(7);
    /// Some 0.1 km2: the finest that a map is published in.
    pub const FINEST_PUBLISHED: Self = Self(9);

    /// From 0 to 15; `None` of more.
    pub const fn new(resolution: u8) -> Option<Self> {
        if resolution <= 15 { Some(Self(resolution)) } else { None }
    }

    /// 0 to 15.
    pub const fn number(self) -> u8 {
        self.0
    }

    fn as_h3(self) -> Option<h3o::Resolution> {
        h3o::Resolution::try_from(self.0).ok()
    }
}

impl<'de> Deserialize<'de> for Resolution {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let resolution = u8::deserialize(deserializer)?;
        Self::new(resolution).ok_or_else(|| serde::de::Error::custom("a resolution of H3 is 0 to 15"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    /// In Helsinki.
    const CELL: &str = "871126d33ffffff";

    #[test]
    fn a_cell_is_told_by_its_name_and_knows_what_holds_it() {
        let cell: Cell = CELL.parse().unwrap();
        assert_eq!(cell.resolution(), Resolution::SENT);
        assert_eq!(serde_json::to_string(&cell).unwrap(), format!("\"{CELL}\""));
        assert_eq!(serde_json::from_str::<Cell>(&format!("\"{CELL}\"")).unwrap(), cell);
        assert_eq!(Cell::try_from(u64::from(cell)).unwrap(), cell);
        assert_eq!(format!("{cell:?}"), CELL);
        let parent = cell.parent(Resolution::new(6).unwrap()).unwrap();
        assert_eq!(parent.resolution().number(), 6);
        assert_eq!(cell.parent(Resolution::SENT), Some(cell));
        assert_eq!(
            cell.parent(Resolution::FINEST_PUBLISHED),
            None,
            "a cell does not know where in it somebody was"
        );
        assert_eq!(cell.and_neighbours().len(), 7);
    }

    #[test]
    fn what_is_no_cell_or_is_written_otherwise_is_refused() {
        let others = [
            "",
            "home",
            "871126D33FFFFFF",
            "0871126d33ffffff",
            "+871126d33ffffff",
            "0x871126d33ffffff",
            "0",
            "ffffffffffffffff",
            "1171126d33ffffff",
        ];
        for other in others {
            assert_eq!(other.parse::<Cell>().unwrap_err().0, other);
        }
        assert!(Cell::try_from(0).is_err());
        assert_eq!(Resolution::new(16), None);
        assert!(serde_json::from_str::<Resolution>("16").is_err());
    }

    proptest! {
        #[test]
        fn no_number_or_text_makes_it_fail(index in any::<u64>(), text in ".{0,20}") {
            if let Ok(cell) = Cell::try_from(index) {
                prop_assert_eq!(cell.to_string().parse::<Cell>().unwrap(), cell);
            }
            if let Ok(cell) = text.parse::<Cell>() {
                prop_assert_eq!(cell.to_string(), text);
            }
        }
    }
}
