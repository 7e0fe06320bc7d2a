//! The document behind a pre-signed URL: the templates of a stack, and the changes of a change set.

use serde_json::Value;

use super::State;
use super::fields::{field, text};

/// The document of a stack or of a change set.
pub struct Document {
    /// The template as submitted, JSON or YAML, its intrinsics as written.
    pub template: String,
    /// The template in force.
    pub previous: Option<String>,
    /// The resources a change set would touch.
    pub changes: Vec<Change>,
}

/// A resource that a change set would touch.
pub struct Change {
    /// Its name in the template.
    pub logical_id: String,
    /// `AWS::RDS::DBInstance`
    pub type_name: String,
    /// What would happen to it.
    pub action: ChangeAction,
    /// The resource as it is, and as it would be: objects with `Properties`, and perhaps `Metadata` and
    /// other attributes. Booleans and numbers are texts.
    pub before: Option<Value>,
    /// As it would be.
    pub after: Option<Value>,
}

/// What would happen to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeAction {
    /// It would be created.
    Create,
    /// It would be changed.
    Update,
    /// It would be deleted.
    Delete,
    /// Something we know no name for.
    Other,
}

/// Why a document cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It is cut off, or something else.
    #[error("the payload is not JSON: line {line}, column {column}")]
    NoJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// It is JSON, and no object.
    #[error("the payload is no JSON object")]
    NoObject,
    /// There is no template in it.
    #[error("the payload has no `template`")]
    NoTemplate,
    /// There is no state of a resource in it.
    #[error("the payload has no `resourceProperties`")]
    NoProperties,
}

impl Document {
    /// Reads the document of a stack or change set.
    ///
    /// # Errors
    ///
    /// If it is no JSON object, or has no template.
    pub fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        let value = parse(bytes)?;
        let template = text(&value, "template").ok_or(DocumentError::NoTemplate)?;
        let changes = field(&value, "changedResources").and_then(Value::as_array);
        Ok(Self {
            template: template.to_owned(),
            previous: text(&value, "previousTemplate").map(str::to_owned),
            changes: changes.into_iter().flatten().filter_map(Change::read).collect(),
        })
    }
}

impl State {
    /// Reads the states of a resource that were too large for the event.
    ///
    /// # Errors
    ///
    /// If there are none in it.
    pub fn read_document(bytes: &[u8]) -> Result<Self, DocumentError> {
        let value = parse(bytes)?;
        // The libraries of the vendor put the document where the model would have been.
        let model = field(&value, "targetModel").unwrap_or(&value);
        if field(model, "resourceProperties").is_none() {
            return Err(DocumentError::NoProperties);
        }
        Ok(Self::read(model))
    }
}

impl Change {
    fn read(value: &Value) -> Option<Self> {
        let context = |name| text(value, name).and_then(|it| serde_json::from_str(it).ok());
        Some(Self {
            logical_id: text(value, "logicalResourceId")?.to_owned(),
            type_name: text(value, "resourceType")?.to_owned(),
            action: match text(value, "action").unwrap_or_default() {
                "CREATE" => ChangeAction::Create,
                "UPDATE" => ChangeAction::Update,
                "DELETE" => ChangeAction::Delete,
                _ => ChangeAction::Other,
            },
            before: context("beforeContext"),
            after: context("afterContext"),
        })
    }
}

fn parse(bytes: &[u8]) -> Result<Value, DocumentError> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|it| DocumentError::NoJson { line: it.line(), column: it.column() })?;
    if value.is_object() { Ok(value) } else { Err(DocumentError::NoObject) }
}
