//! What CloudFormation and the Cloud Control API tell a hook: one model for Lambda Hooks and for hook
//! types of the private registry, whose events differ only in what we do not read.
//!
//! <https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html>
//!
//! Credentials that events of the private registry carry are not taken out of the JSON. Nothing of an
//! event implements `Debug` with its values.

mod document;
mod fields;
mod stack;

use serde_json::{Map, Value};

use self::fields::{field, object, text};

pub use document::{Change, ChangeAction, Document, DocumentError};
pub use stack::Stack;

/// What is about to happen, and to what.
pub struct Event {
    /// What is about to happen.
    pub operation: Operation,
    /// To what.
    pub target: Target,
    /// The stack concerned; none for the Cloud Control API.
    pub stack: Option<Stack>,
    /// The account, twelve digits.
    pub account: Option<String>,
    /// The token the answer must echo.
    pub token: Option<String>,
    /// The configuration of a hook type of the private registry. A Lambda Hook has its function here.
    pub model: Map<String, Value>,
}

/// What is about to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Something new comes to be.
    Create,
    /// Something changes.
    Update,
    /// Something goes.
    Delete,
    /// Something we know no name for; what is said of its new state is judged.
    Other,
}

/// To what it happens.
pub enum Target {
    /// A resource.
    Resource(ResourceTarget),
    /// A stack.
    Stack {
        /// Where its templates are.
        payload: Option<PayloadUrl>,
    },
    /// A change set.
    ChangeSet {
        /// Where its template and its changes are.
        payload: Option<PayloadUrl>,
    },
}

/// A resource about to be created, changed or deleted.
pub struct ResourceTarget {
    /// `AWS::RDS::DBInstance`
    pub type_name: String,
    /// Its name in the template. What the Cloud Control API makes up is of no use to anybody.
    pub logical_id: Option<String>,
    /// Its state, or where that is.
    pub state: Option<Carried>,
}

/// What an event carries, or where it is to be had.
pub enum Carried {
    /// It came along.
    Inline(State),
    /// It is too large for the event.
    Behind(PayloadUrl),
}

/// The states of a resource.
pub struct State {
    /// As it is to be.
    pub properties: Map<String, Value>,
    /// As it is; none if there is none, or none was told.
    pub previous: Option<Map<String, Value>>,
}

/// A pre-signed URL: whoever has it may read what is behind it, so that it is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct PayloadUrl(String);

impl PayloadUrl {
    /// As it was given: only for whoever fetches it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Why an event cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It is no JSON.
    #[error("the event is not JSON: line {line}, column {column}")]
    NoJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// It is JSON, and something else.
    #[error("the event has no `requestData`: this function answers CloudFormation Hooks")]
    NoRequestData,
    /// It does not say what it is about.
    #[error("the event has no `requestData.targetName`")]
    NoTargetName,
}

impl Event {
    /// Reads an event. Fields that are not known do not matter.
    ///
    /// # Errors
    ///
    /// If it does not say what it is about.
    pub fn read(value: &Value) -> Result<Self, EventError> {
        let data = field(value, "requestData").ok_or(EventError::NoRequestData)?;
        let name = text(data, "targetName").ok_or(EventError::NoTargetName)?;
        let stack = text(value, "stackId").map(Stack::of_id);
        let payload = text(data, "payload").map(|it| PayloadUrl(it.to_owned()));
        // The kind stands in the name: what `targetType` holds for a resource is told differently by
        // different pages.
        let target = match name {
            "STACK" => Target::Stack { payload },
            "CHANGE_SET" => Target::ChangeSet { payload },
            type_name => Target::Resource(ResourceTarget {
                type_name: type_name.to_owned(),
                logical_id: text(data, "targetLogicalId")
                    .filter(|_| stack.is_some())
                    .map(str::to_owned),
                state: Carried::read(data, payload),
            }),
        };
        let point = text(value, "actionInvocationPoint");
        Ok(Self {
            operation: Operation::of_point(point.unwrap_or_default()),
            target,
            stack,
            account: text(value, "awsAccountId").map(str::to_owned),
            token: token(value),
            model: object(value, "hookModel").cloned().unwrap_or_default(),
        })
    }

    /// What of the configuration of a hook type is called `name`.
    pub fn property(&self, name: &str) -> Option<&str> {
        let named = |it: &(&String, &Value)| it.0.eq_ignore_ascii_case(name);
        self.model.iter().find(named)?.1.as_str().filter(|it| !it.is_empty())
    }

    /// Where something is that the event only points to.
    pub fn payload(&self) -> Option<&PayloadUrl> {
        match &self.target {
            Target::Stack { payload } | Target::ChangeSet { payload } => payload.as_ref(),
            Target::Resource(it) => match &it.state {
                Some(Carried::Behind(url)) => Some(url),
                Some(Carried::Inline(_)) | None => None,
            },
        }
    }
}

/// The token an answer must echo, also where nothing else of the event can be read.
pub fn token(value: &Value) -> Option<String> {
    text(value, "clientRequestToken").map(str::to_owned)
}

impl Operation {
    fn of_point(point: &str) -> Self {
        match point.split('_').next().unwrap_or_default() {
            "CREATE" => Self::Create,
            "UPDATE" => Self::Update,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }
}

impl Carried {
    /// The vendor's own libraries take the payload wherever the model is empty, for any target.
    fn read(data: &Value, payload: Option<PayloadUrl>) -> Option<Self> {
        let model = field(data, "targetModel").filter(|it| it.is_object());
        let is_empty = model.and_then(Value::as_object).is_none_or(Map::is_empty);
        match (model, payload) {
            (_, Some(url)) if is_empty => Some(Self::Behind(url)),
            (Some(model), _) => Some(Self::Inline(State::read(model))),
            (None, _) => None,
        }
    }
}

impl State {
    /// A resource may have no properties at all; then it has those the service chooses.
    pub(crate) fn read(model: &Value) -> Self {
        let previous = object(model, "previousResourceProperties").filter(|it| !it.is_empty());
        Self {
            properties: object(model, "resourceProperties").cloned().unwrap_or_default(),
            previous: previous.cloned(),
        }
    }
}
