//! EBS volumes, wherever a resource describes one: by themselves, or mapped to the devices of a
//! machine.
//!
//! From the public resource schemas of October 2026; the page of `AWS::EC2::Volume` is
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html>,
//! and so for the others.

use std::borrow::Cow;

use super::data_stores::blocks_at;
use crate::aws::types_of::types_of;
use crate::cloudformation::{Key, Map, Presence, Resource};
use crate::setting::{Setting, Unknown};

/// A volume that a resource describes.
#[derive(Clone)]
pub struct Volume<'r> {
    block: Map<'r>,
    device: Option<Cow<'r, str>>,
    row: &'static Row,
}

/// What a volume is if nothing says whether it is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolumeDefault {
    /// As the account has it, which is not encrypted unless somebody turned that on.
    Account,
    /// As what it is copied from.
    Source,
    /// Not documented.
    Undocumented,
}

struct Row {
    type_name: &'static str,
    /// Where the elements are that describe volumes, or may; empty for the resource itself.
    elements: &'static str,
    /// The block of the element that makes it a volume; empty for the element itself.
    block: &'static str,
    /// The property of that block that names the key, where one can be named.
    key: Option<&'static str>,
    default: VolumeDefault,
}

const fn row(
    type_name: &'static str,
    elements: &'static str,
    block: &'static str,
    key: Option<&'static str>,
) -> Row {
    Row { type_name, elements, block, key, default: VolumeDefault::Account }
}

impl Row {
    const fn or(self, default: VolumeDefault) -> Self {
        Self { default, ..self }
    }
}

const KEY: Option<&str> = Some("KmsKeyId");

const ROWS: &[Row] = &[
    row("AWS::AutoScaling::LaunchConfiguration", "BlockDeviceMappings[]", "Ebs", None),
    row(
        "AWS::BedrockAgentCore::CapacityProvider",
        "ComputeConfiguration.Ec2Configuration.RootVolume",
        "",
        KEY,
    )
    .or(VolumeDefault::Undocumented),
    row(
        "AWS::BedrockAgentCore::CapacityProvider",
        "ComputeConfiguration.Ec2Configuration.Volumes[]",
        "EbsConfiguration",
        KEY,
    )
    .or(VolumeDefault::Undocumented),
    row(
        "AWS::DLM::LifecyclePolicy",
        "PolicyDetails.Actions[].CrossRegionCopy[]",
        "EncryptionConfiguration",
        Some("CmkArn"),
    )
    .or(VolumeDefault::Source),
    row(
        "AWS::DLM::LifecyclePolicy",
        "PolicyDetails.Schedules[].CrossRegionCopyRules[]",
        "",
        Some("CmkArn"),
    )
    .or(VolumeDefault::Source),
    row(
        "AWS::EC2::EC2Fleet",
        "LaunchTemplateConfigs[].Overrides[].BlockDeviceMappings[]",
        "Ebs",
        KEY,
    ),
    row("AWS::EC2::Instance", "BlockDeviceMappings[]", "Ebs", KEY),
    row("AWS::EC2::LaunchTemplate", "LaunchTemplateData.BlockDeviceMappings[]", "Ebs", KEY),
    row(
        "AWS::EC2::SpotFleet",
        "SpotFleetRequestConfigData.LaunchSpecifications[].BlockDeviceMappings[]",
        "Ebs",
        None,
    ),
    row("AWS::EC2::Volume", "", "", KEY),
    row("AWS::ECS::Service", "VolumeConfigurations[]", "ManagedEBSVolume", KEY),
    row(
        "AWS::ImageBuilder::ContainerRecipe",
        "InstanceConfiguration.BlockDeviceMappings[]",
        "Ebs",
        KEY,
    ),
    row("AWS::ImageBuilder::ImageRecipe", "BlockDeviceMappings[]", "Ebs", KEY),
    row("AWS::OpsWorks::Layer", "VolumeConfigurations[]", "", None),
    row("AWS::WorkspacesInstances::Volume", "", "", KEY),
    row(
        "AWS::WorkspacesInstances::WorkspaceInstance",
        "ManagedInstance.BlockDeviceMappings[]",
        "Ebs",
        KEY,
    ),
];

impl<'r> Volume<'r> {
    /// The types that describe volumes.
    pub const TYPES: &'static [&'static str] = types_of!(ROWS);

    /// The volumes that `resource` describes. Those of its image that it does not map are not among
    /// them; what is not known is named in `open`.
    pub fn all_of(resource: &Resource<'r>, open: &mut Vec<Unknown<'r>>) -> Vec<Self> {
        let mut volumes = Vec::new();
        for row in ROWS.iter().filter(|it| resource.is(it.type_name)) {
            for element in blocks_at(&resource.properties(), row.elements, open) {
                // It takes a device away, or is a disk of the host.
                let is_removed =
                    element.has("NoDevice") && element.bool("NoDevice").known() != Some(false);
                if is_removed || element.has("VirtualName") {
                    continue;
                }
                let device = element.text("DeviceName").known();
                for block in blocks_at(&element, row.block, open) {
                    volumes.push(Self { block, device: device.clone(), row });
                }
            }
        }
        volumes
    }

    /// Whether it is encrypted.
    pub fn encrypted(&self) -> Setting<'r, bool> {
        self.block.bool("Encrypted")
    }

    /// What it is if that is not said.
    pub fn default(&self) -> VolumeDefault {
        self.row.default
    }

    /// The device it is mapped to, where that is known.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// Whether it is made from a snapshot or another volume, whose encryption it cannot take off.
    pub fn is_copy(&self) -> Presence<'r> {
        match self.block.presence("SnapshotId") {
            Presence::No => self.block.presence("SourceVolumeId"),
            found @ (Presence::Yes | Presence::Maybe(_)) => found,
        }
    }

    /// The key it is under; none where no key can be named.
    pub fn key(&self) -> Option<Setting<'r, Key<'r>>> {
        self.row.key.map(|it| self.block.at(it).key(self.block.scope()))
    }

    /// The path of its property `name`, as people write it.
    pub fn path(&self, name: &str) -> String {
        let parts = [self.row.elements, self.row.block, name];
        let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join(".").replace("[]", "")
    }

    /// Where it is described.
    pub fn block(&self) -> &Map<'r> {
        &self.block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_by_type() {
        assert!(ROWS.is_sorted_by_key(|it| it.type_name));
    }
}
