//! What the user says of the deployment: it decides what the template leaves open.

use rustc_hash::FxHashMap;

/// Parameters and pseudo parameters given from outside.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Values of parameters by name; a list is written with commas.
    pub parameters: FxHashMap<String, String>,
    /// Those of them that some template is expected to declare: somebody typed their names.
    pub expected: Vec<String>,
    /// `AWS::Region`.
    pub region: Option<String>,
    /// `AWS::AccountId`.
    pub account: Option<String>,
    /// `AWS::Partition`.
    pub partition: Option<String>,
    /// Look at every alternative a parameter allows, also beside its default.
    pub all_alternatives: bool,
    /// How far the templates are on their way.
    pub stage: Stage,
}

/// How far a template is on its way from its author to the services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// As written: a parameter has its default, unless a value is given.
    #[default]
    Written,
    /// In the hands of CloudFormation, together with values of parameters that nobody tells us: a
    /// default may have been overridden.
    Submitted,
    /// CloudFormation has put values in place of intrinsics: what is a text may have been a parameter.
    Resolved,
}

impl Deployment {
    /// The value of a pseudo parameter, where it was given or follows from the partition.
    pub(crate) fn pseudo(&self, name: &str) -> Option<&str> {
        match name {
            "AWS::Region" => self.region.as_deref(),
            "AWS::AccountId" => self.account.as_deref(),
            "AWS::Partition" => self.partition.as_deref(),
            "AWS::URLSuffix" => match self.partition.as_deref()? {
                "aws" | "aws-us-gov" => Some("amazonaws.com"),
                "aws-cn" => Some("amazonaws.com.cn"),
                _ => None,
            },
            _ => None,
        }
    }
}
