//! Redshift: whether the parameters of a cluster or workgroup require TLS.
//!
//! <https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html>

use super::Protection;
use crate::cloudformation::{Data, Resource, Value};
use crate::setting::{Reason, Setting, Unknown};

/// The parameter, and the families by what they do without it.
const PARAMETER: &str = "require_ssl";
const OLD_FAMILY: &str = "redshift-1.0";
const GROUP: &str = "AWS::Redshift::ClusterParameterGroup";
const CLUSTER: &str = "AWS::Redshift::Cluster";

/// Whether a cluster or workgroup requires TLS, and what says so.
pub struct RedshiftTls<'r> {
    /// Whether it does.
    pub protection: Protection<'r>,
    /// The parameter group that decides, where it is in the run.
    pub group: Option<Resource<'r>>,
}

impl<'r> RedshiftTls<'r> {
    /// The types it can be asked of.
    pub const TYPES: &'static [&'static str] = &[CLUSTER, "AWS::RedshiftServerless::Workgroup"];

    /// The types whose clusters may be outside the run.
    pub const GROUP_TYPES: &'static [&'static str] = &[GROUP];

    /// What `group`, a parameter group, makes its clusters do, if they are outside the run: its
    /// template has none, and those of other templates use others.
    pub fn of_group_alone(group: &Resource<'r>) -> Option<Self> {
        let uses = |it: Resource<'r>| Self::of(&it).group.is_some_and(|own| own.is_same(group));
        let stands_alone = group.template().entries_of(CLUSTER).next().is_none()
            && !group.elsewhere(CLUSTER).any(uses);
        stands_alone.then(|| Self::of_group(group.clone()))
    }

    /// What `resource`, a cluster or workgroup, does.
    pub fn of(resource: &Resource<'r>) -> Self {
        if resource.is(CLUSTER) {
            return Self::of_cluster(resource);
        }
        let protection = match parameter(resource, "ConfigParameters", "ParameterKey") {
            Ok(Some(value)) => of_value(&value),
            Ok(None) => Protection::On,
            Err(unknown) => Protection::Open(unknown),
        };
        Self { protection, group: None }
    }

    fn of_cluster(cluster: &Resource<'r>) -> Self {
        let name = cluster.at("ClusterParameterGroupName");
        let outside = |reason| Self {
            protection: Protection::Open(Unknown { span: name.span(), reason }),
            group: None,
        };
        let protection = match &name.data {
            Data::Absent => Protection::On,
            Data::Scalar(scalar) => match &*scalar.text {
                "default.redshift-1.0" => Protection::Off(name.site),
                text if text.is_empty() || text.starts_with("default.") => Protection::On,
                text => match named(cluster, text) {
                    Some(group) => return Self::of_group(group),
                    None => {
                        return outside(Reason::Outside("the parameter group is outside the run"));
                    }
                },
            },
            Data::Reference(reference) => match cluster.follow(reference).filter(|it| it.is(GROUP))
            {
                Some(group) => return Self::of_group(group),
                None => return outside(reference.reason()),
            },
            Data::Pattern(_) => return outside(Reason::Pattern),
            Data::Unknown(reason) => return outside(reason.clone()),
            Data::List(_) | Data::Map(_) => {
                return outside(Reason::Malformed("a name is expected"));
            }
        };
        Self { protection, group: None }
    }

    fn of_group(group: Resource<'r>) -> Self {
        let protection = match parameter(&group, "Parameters", "ParameterName") {
            Ok(Some(value)) => of_value(&value),
            Ok(None) => match group.text("ParameterGroupFamily") {
                Setting::Known(family, _) if family == OLD_FAMILY => {
                    let properties = group.properties();
                    let list = properties.key_of("Parameters");
                    Protection::Missing(list.unwrap_or_else(|| properties.key()).into())
                }
                Setting::Known(..) | Setting::Absent(_) => Protection::On,
                Setting::Unknown(unknown) => Protection::Open(unknown),
            },
            Err(unknown) => Protection::Open(unknown),
        };
        Self { protection, group: Some(group) }
    }
}

/// The value of the parameter in a list of names and values.
fn parameter<'r>(
    resource: &Resource<'r>,
    list: &str,
    name: &str,
) -> Result<Option<Value<'r>>, Unknown<'r>> {
    let mut open = Vec::new();
    let parameters = resource.at(list).blocks(&mut open);
    for parameter in parameters {
        match parameter.text(name) {
            Setting::Known(text, _) if text.eq_ignore_ascii_case(PARAMETER) => {
                return Ok(Some(parameter.get("ParameterValue")));
            }
            Setting::Known(..) | Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open.push(unknown),
        }
    }
    open.into_iter().next().map_or(Ok(None), Err)
}

fn of_value<'r>(value: &Value<'r>) -> Protection<'r> {
    match value.bool() {
        Setting::Known(true, _) => Protection::On,
        Setting::Known(false, at) => Protection::Off(at),
        Setting::Absent(under) => Protection::Open(Unknown {
            span: under,
            reason: Reason::Malformed("a value is expected"),
        }),
        Setting::Unknown(unknown) => Protection::Open(unknown),
    }
}

/// The group of the run with a name of its own.
fn named<'r>(cluster: &Resource<'r>, name: &str) -> Option<Resource<'r>> {
    let is_named = |it: &Resource<'r>| {
        it.text("ParameterGroupName").known().is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    cluster.siblings_of(GROUP).find(is_named).or_else(|| cluster.elsewhere(GROUP).find(is_named))
}
