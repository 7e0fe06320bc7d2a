//! CodePipeline: the buckets in which a pipeline keeps what its stages hand on.

use crate::cloudformation::{Data, Key, KeyName, Map, Resource, Value};
use crate::setting::{Reason, Setting, Unknown};

/// A store of artifacts: the pipeline's only one, or that of a Region.
#[derive(Clone)]
pub struct ArtifactStore<'r> {
    pipeline: Resource<'r>,
    config: Map<'r>,
    /// The Region it lies in, where the pipeline acts in several.
    region: Option<Value<'r>>,
}

impl<'r> ArtifactStore<'r> {
    /// The stores of `pipeline`; those that are not known are named in `open`.
    pub fn all_of(pipeline: &Resource<'r>, open: &mut Vec<Unknown<'r>>) -> Vec<Self> {
        let mut stores = Vec::new();
        let mut push = |config: Setting<'r, Map<'r>>, region| match config {
            Setting::Known(config, _) => {
                stores.push(Self { pipeline: pipeline.clone(), config, region });
            }
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open.push(unknown),
        };
        push(pipeline.block("ArtifactStore"), None);
        match pipeline.items("ArtifactStores") {
            Setting::Known(items, _) => {
                for item in items {
                    match item.block() {
                        Setting::Known(entry, _) => {
                            push(entry.block("ArtifactStore"), Some(entry.get("Region")));
                        }
                        other @ (Setting::Absent(_) | Setting::Unknown(_)) => push(other, None),
                    }
                }
            }
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => push(Setting::Unknown(unknown), None),
        }
        stores
    }

    /// The key of its artifacts. A key of the template is of no use to a store in another Region.
    ///
    /// <https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ArtifactStore.html>
    pub fn key(&self) -> Setting<'r, Key<'r>> {
        let key = self.config.at("EncryptionKey.Id").key(self.config.scope());
        match &key {
            Setting::Known(Key::Customer(KeyName::Resource(reference)), site)
                if std::ptr::eq(reference.template, self.pipeline.template())
                    && !self.lies_here() =>
            {
                let reason = Reason::Outside(
                    "the key is in the Region of the template, the store perhaps in another",
                );
                Setting::Unknown(Unknown { span: site.span, reason })
            }
            Setting::Known(..) | Setting::Absent(_) | Setting::Unknown(_) => key,
        }
    }

    /// What it is configured by, where it lies in the Region of the template, so that a key of the
    /// template is of use to it.
    pub fn config_here(&self) -> Option<&Map<'r>> {
        self.lies_here().then_some(&self.config)
    }

    /// Whether it certainly lies in the Region the template is deployed to.
    fn lies_here(&self) -> bool {
        let Some(region) = &self.region else { return true };
        match &region.data {
            Data::Unknown(Reason::PseudoParameter(name)) => name == "AWS::Region",
            Data::Scalar(scalar) => {
                self.pipeline.template().deployment().region.as_deref() == Some(&*scalar.text)
            }
            Data::Absent
            | Data::Reference(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => false,
        }
    }
}
