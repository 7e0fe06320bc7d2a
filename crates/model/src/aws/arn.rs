//! ARNs as templates write them, with holes: what their text tells for certain.

use crate::cloudformation::{Data, Part, Value};
use crate::setting::Reason;

/// The head of an ARN, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: Option<String>,
    /// `acm`, `iam`, …
    pub service: Option<String>,
    /// Empty for global services.
    pub region: Option<String>,
}

impl Arn {
    /// The ARN `value` is; none if it is not known to be one.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    pub fn of(value: &Value<'_>) -> Option<Self> {
        let mut fields = Fields::default();
        match &value.data {
            Data::Scalar(scalar) => fields.push_text(&scalar.text),
            Data::Pattern(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => fields.push_text(text),
                        // A Region, an account or a partition is a part of a field at most.
                        Part::Unknown(Reason::PseudoParameter(_)) => fields.push_hole(),
                        // Anything may stand here, more than one field.
                        Part::Unknown(_) | Part::Reference(_) => break,
                    }
                }
            }
            Data::Absent | Data::Reference(_) | Data::List(_) | Data::Map(_) | Data::Unknown(_) => {
                return None;
            }
        }
        let mut done = fields.done.into_iter();
        let is_arn = done.next().flatten().is_some_and(|it| it == "arn");
        let mut next = || done.next().flatten();
        is_arn.then(|| Self { partition: next(), service: next(), region: next() })
    }
}

/// The fields of an ARN, ended by colons; none for one with holes.
#[derive(Default)]
struct Fields {
    done: Vec<Option<String>>,
    current: String,
    has_hole: bool,
}

impl Fields {
    fn push_text(&mut self, text: &str) {
        for (position, piece) in text.split(':').enumerate() {
            if position > 0 {
                let field = std::mem::take(&mut self.current);
                self.done.push((!self.has_hole).then_some(field));
                self.has_hole = false;
            }
            self.current.push_str(piece);
        }
    }

    fn push_hole(&mut self) {
        self.has_hole = true;
    }
}
