//! What the user says of the deployment: it decides what the template leaves open.

use rustc_hash::FxHashMap;

/// Parameters and pseudo parameters given from outside.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Values of parameters by name; a list is written with commas.
    pub parameters: FxHashMap<String, String>,
    /// `AWS::Region`.
    pub region: Option<String>,
    /// `AWS::AccountId`.
    pub account: Option<String>,
    /// `AWS::Partition`.
    pub partition: Option<String>,
    /// Look at every alternative a parameter allows, also beside its default.
    pub all_alternatives: bool,
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
