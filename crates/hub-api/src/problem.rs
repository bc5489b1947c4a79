//! What is wrong with a whole request, as problem+json (RFC 9457).

use serde::{Deserialize, Serialize};

/// A problem document. `type` is left out, which means `about:blank` (RFC 9457, section 4.2.1): `code` tells problems apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The phrase of the HTTP status.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, for a person.
    pub detail: String,
    /// Stable; an extension member (section 3.2). See [`ProblemCode`]; a newer hub may know more.
    pub code: String,
}

impl Problem {
    /// The media type (RFC 9457, section 3).
    pub const MEDIA_TYPE: &'static str = "application/problem+json";
}

/// The problems that a hub reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemCode {
    /// The body is no such request.
    Malformed,
    /// The body has more bytes, or more records, than the hub takes.
    TooLarge,
    /// The body is not declared as JSON.
    UnsupportedMediaType,
    /// Nothing is at that path.
    NotFound,
    /// The path is there, but not for this method.
    MethodNotAllowed,
    /// A withdrawal or a question that its person did not sign.
    BadSignature,
    /// A withdrawal of somebody else's receipt.
    ForeignPerson,
    /// The hub has too much to do; the same request may be sent again.
    Busy,
    /// The hub failed; the same request may be sent again.
    Internal,
}

impl ProblemCode {
    /// Every problem.
    pub const ALL: [Self; 9] = [
        Self::Malformed,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::BadSignature,
        Self::ForeignPerson,
        Self::Busy,
        Self::Internal,
    ];

    /// Stable code, as on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BadSignature => "bad_signature",
            Self::ForeignPerson => "foreign_person",
            Self::Busy => "busy",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status and its phrase (RFC 9110, section 15).
    pub const fn status(self) -> (u16, &'static str) {
        match self {
            Self::Malformed => (400, "Bad Request"),
            Self::BadSignature | Self::ForeignPerson => (403, "Forbidden"),
            Self::NotFound => (404, "Not Found"),
            Self::MethodNotAllowed => (405, "Method Not Allowed"),
            Self::TooLarge => (413, "Content Too Large"),
            Self::UnsupportedMediaType => (415, "Unsupported Media Type"),
            Self::Internal => (500, "Internal Server Error"),
            Self::Busy => (503, "Service Unavailable"),
        }
    }

    /// The document that says so.
    pub fn because(self, detail: impl Into<String>) -> Problem {
        let (status, title) = self.status();
        Problem {
            title: title.to_owned(),
            status,
            detail: detail.into(),
            code: self.code().to_owned(),
        }
    }
}
