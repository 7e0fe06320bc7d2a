//! Where objects hold pods and containers.
//!
//! A table by kind and API group, whatever the version. Objects of other kinds count as well where
//! they are shaped like a Deployment. Custom resource definitions describe kinds and hold nothing.

use crate::kubernetes::block::Block;
use crate::kubernetes::container::{Container, ContainerList};
use crate::kubernetes::object::{GroupKind, Object};
use crate::kubernetes::pod_spec::PodSpec;
use crate::kubernetes::volume::Volume;

/// Where one kind keeps its pods and containers: keys joined by dots, `[]` behind a key for each
/// element of its list, `*` before a suffix for each key that ends so.
struct Row {
    group: &'static str,
    kinds: &'static [&'static str],
    pod_specs: &'static [&'static str],
    containers: &'static [&'static str],
}

const TEMPLATE: &str = "spec.template.spec";

/// By group, then kind.
///
/// Pages: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/>,
/// <https://argo-rollouts.readthedocs.io/en/stable/features/specification/>,
/// <https://argo-workflows.readthedocs.io/en/latest/fields/>,
/// <https://tekton.dev/docs/pipelines/tasks/>,
/// <https://www.kubeflow.org/docs/components/spark-operator/reference/api-docs/>; the others are
/// the published definitions of each project.
const ROWS: &[Row] = &[
    pods("", &["Pod"], &["spec"]),
    pods("", &["PodTemplate"], &["template.spec"]),
    pods("", &["ReplicationController"], &[TEMPLATE]),
    pods("actions.github.com", &["AutoscalingRunnerSet"], &[TEMPLATE]),
    pods("apps", &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"], &[TEMPLATE]),
    pods("apps.kruise.io", &["AdvancedCronJob"], &["spec.template.jobTemplate.spec.template.spec"]),
    pods("apps.kruise.io", &["CloneSet", "DaemonSet", "StatefulSet"], &[TEMPLATE]),
    pods("apps.openshift.io", &["DeploymentConfig"], &[TEMPLATE]),
    pods(
        "argoproj.io",
        &["AnalysisTemplate", "ClusterAnalysisTemplate"],
        &["spec.metrics[].provider.job.spec.template.spec"],
    ),
    Row {
        group: "argoproj.io",
        kinds: &["ClusterWorkflowTemplate", "Workflow", "WorkflowTemplate"],
        pod_specs: &[],
        containers: &[
            "spec.templates[].container",
            "spec.templates[].script",
            "spec.templates[].initContainers[]",
            "spec.templates[].sidecars[]",
            "spec.templates[].containerSet.containers[]",
        ],
    },
    Row {
        group: "argoproj.io",
        kinds: &["CronWorkflow"],
        pod_specs: &[],
        containers: &[
            "spec.workflowSpec.templates[].container",
            "spec.workflowSpec.templates[].script",
            "spec.workflowSpec.templates[].initContainers[]",
            "spec.workflowSpec.templates[].sidecars[]",
            "spec.workflowSpec.templates[].containerSet.containers[]",
        ],
    },
    pods("argoproj.io", &["Experiment"], &["spec.templates[].template.spec"]),
    pods("argoproj.io", &["Rollout"], &[TEMPLATE]),
    pods("batch", &["CronJob"], &["spec.jobTemplate.spec.template.spec"]),
    pods("batch", &["Job"], &[TEMPLATE]),
    pods("batch.volcano.sh", &["Job"], &["spec.tasks[].template.spec"]),
    pods("extensions", &["DaemonSet", "Deployment", "ReplicaSet"], &[TEMPLATE]),
    pods("jobset.x-k8s.io", &["JobSet"], &["spec.replicatedJobs[].template.spec.template.spec"]),
    pods("keda.sh", &["ScaledJob"], &["spec.jobTargetRef.template.spec"]),
    pods(
        "kubeflow.org",
        &["MPIJob", "PyTorchJob", "TFJob", "XGBoostJob"],
        &["spec.*ReplicaSpecs.*.template.spec"],
    ),
    pods(
        "leaderworkerset.x-k8s.io",
        &["LeaderWorkerSet"],
        &[
            "spec.leaderWorkerTemplate.leaderTemplate.spec",
            "spec.leaderWorkerTemplate.workerTemplate.spec",
        ],
    ),
    pods(
        "ray.io",
        &["RayCluster"],
        &["spec.headGroupSpec.template.spec", "spec.workerGroupSpecs[].template.spec"],
    ),
    pods(
        "ray.io",
        &["RayJob"],
        &[
            "spec.rayClusterSpec.headGroupSpec.template.spec",
            "spec.rayClusterSpec.workerGroupSpecs[].template.spec",
            "spec.submitterPodTemplate.spec",
        ],
    ),
    pods(
        "ray.io",
        &["RayService"],
        &[
            "spec.rayClusterConfig.headGroupSpec.template.spec",
            "spec.rayClusterConfig.workerGroupSpecs[].template.spec",
        ],
    ),
    pods("serving.knative.dev", &["Configuration", "Service"], &[TEMPLATE]),
    pods("serving.knative.dev", &["Revision"], &["spec"]),
    Row {
        group: "sparkoperator.k8s.io",
        kinds: &["SparkApplication"],
        pod_specs: &[],
        containers: &["spec.driver", "spec.executor"],
    },
    Row {
        group: "tekton.dev",
        kinds: &["ClusterTask", "Task"],
        pod_specs: &[],
        containers: &["spec.steps[]", "spec.sidecars[]"],
    },
];

const fn pods(
    group: &'static str,
    kinds: &'static [&'static str],
    pod_specs: &'static [&'static str],
) -> Row {
    Row { group, kinds, pod_specs, containers: &[] }
}

impl<'t> Object<'t> {
    /// The pod specs in it, wherever its kind keeps them.
    pub fn pod_specs(&self) -> Vec<PodSpec<'t>> {
        let mut blocks = Vec::new();
        match row(self) {
            Some(row) => {
                for path in row.pod_specs {
                    visit(self.root(), path, &mut blocks);
                }
            }
            None if self.kind() == "CustomResourceDefinition" => (),
            None => {
                visit(self.root(), TEMPLATE, &mut blocks);
                blocks.retain(|it| is_pod_shaped(*it));
            }
        }
        blocks.into_iter().map(PodSpec::new).collect()
    }

    /// All containers in it: those of its pods, and those of kinds that keep containers without a
    /// pod around them.
    pub fn containers(&self) -> Vec<Container<'t>> {
        let mut containers: Vec<_> =
            self.pod_specs().into_iter().flat_map(PodSpec::containers).collect();
        let mut blocks = Vec::new();
        for path in row(self).map_or(&[][..], |it| it.containers) {
            visit(self.root(), path, &mut blocks);
        }
        containers.extend(blocks.into_iter().map(|it| Container::new(it, ContainerList::Other)));
        containers
    }

    /// The claims for volumes it makes: itself, its templates of claims, and those of ephemeral
    /// volumes in its pods. Each block has the `spec` of a claim.
    pub fn volume_claims(&self) -> Vec<Block<'t>> {
        if self.group().is_empty() && self.kind() == "PersistentVolumeClaim" {
            return vec![self.root()];
        }
        let mut claims = match self.kind() {
            "StatefulSet" => self.root().blocks(&["spec", "volumeClaimTemplates"]),
            _ => Vec::new(),
        };
        let volumes = self.pod_specs().into_iter().flat_map(PodSpec::volumes);
        claims.extend(volumes.filter_map(Volume::claim_template));
        claims
    }
}

fn row(object: &Object<'_>) -> Option<&'static Row> {
    let GroupKind { group, kind } = object.group_kind();
    ROWS.iter().find(|it| it.group == group && it.kinds.contains(&kind))
}

/// Whether a pod spec outside the table looks like one: each container with a name and an image.
fn is_pod_shaped(pod: Block<'_>) -> bool {
    let containers = pod.items(&["containers"]).known().unwrap_or_default();
    !containers.is_empty()
        && containers.iter().all(|it| it.get("name").is_some() && it.get("image").is_some())
}

fn visit<'t>(block: Block<'t>, path: &str, found: &mut Vec<Block<'t>>) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    if step.is_empty() {
        found.push(block);
    } else if let Some(key) = step.strip_suffix("[]") {
        for element in block.blocks(&[key]) {
            visit(element, rest, found);
        }
    } else if let Some(suffix) = step.strip_prefix('*') {
        for entry in block.node().entries() {
            if entry.key.text().is_some_and(|it| it.ends_with(suffix))
                && let Some(child) = block.child(entry)
            {
                visit(child, rest, found);
            }
        }
    } else if let Some(child) = block.block(&[step]).known() {
        visit(child, rest, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects};

    const CONTAINERS: &str = "{containers: [{name: c, image: i}], initContainers: [{name: d}]}";

    fn check(api_version: &str, kind: &str, body: &str, expected: &[&str]) {
        let text = format!("apiVersion: {api_version}\nkind: {kind}\n{body}\n");
        let tree = document(&text);
        let found: Vec<_> =
            objects(&tree).iter().flat_map(Object::containers).map(Container::name).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn pods_are_found_where_each_kind_keeps_them() {
        let cases = [
            ("v1", "Pod", "spec: $"),
            ("v1", "PodTemplate", "template: {spec: $}"),
            ("apps/v1", "Deployment", "spec: {template: {spec: $}}"),
            ("extensions/v1beta1", "Deployment", "spec: {template: {spec: $}}"),
            ("apps/v1", "StatefulSet", "spec: {template: {spec: $}}"),
            ("batch/v1", "CronJob", "spec: {jobTemplate: {spec: {template: {spec: $}}}}"),
            ("argoproj.io/v1alpha1", "Rollout", "spec: {template: {spec: $}}"),
            ("argoproj.io/v1alpha1", "Experiment", "spec: {templates: [{template: {spec: $}}]}"),
            (
                "argoproj.io/v1alpha1",
                "AnalysisTemplate",
                "spec: {metrics: [{provider: {job: {spec: {template: {spec: $}}}}}]}",
            ),
            ("serving.knative.dev/v1", "Service", "spec: {template: {spec: $}}"),
            ("serving.knative.dev/v1", "Revision", "spec: $"),
            ("kubeflow.org/v1", "TFJob", "spec: {tfReplicaSpecs: {Worker: {template: {spec: $}}}}"),
            ("batch.volcano.sh/v1alpha1", "Job", "spec: {tasks: [{template: {spec: $}}]}"),
            ("x.io/v1", "Unheard", "spec: {template: {spec: $}}"),
        ];
        for (api_version, kind, body) in cases {
            let body = body.replace(
                '$',
                if kind == "Unheard" { "{containers: [{name: c, image: i}]}" } else { CONTAINERS },
            );
            let expected: &[&str] = if kind == "Unheard" { &["c"] } else { &["c", "d"] };
            check(api_version, kind, &body, expected);
        }
    }

    #[test]
    fn what_has_no_pods_has_none() {
        check("v1", "Service", "spec: {ports: []}", &[]);
        check("v1", "Pod", "spec: [a]", &[]);
        check("v1", "Pod", "spec: {containers: {name: c}}", &[]);
        // Neither a kind of the table nor shaped like one of them.
        check("x.io/v1", "Unheard", "spec: {template: {spec: {containers: [{name: c}]}}}", &[]);
        check("x.io/v1", "Unheard", &format!("spec: {{pod: {CONTAINERS}}}"), &[]);
        check(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "spec: {template: {spec: {containers: [{name: c, image: i}]}}}",
            &[],
        );
    }

    #[test]
    fn containers_without_pods_count() {
        check(
            "argoproj.io/v1alpha1",
            "Workflow",
            "spec: {templates: [{container: {name: a}, sidecars: [{name: b}]}, {script: {name: c}}]}",
            &["a", "c", "b"],
        );
        check(
            "argoproj.io/v1alpha1",
            "CronWorkflow",
            "spec: {workflowSpec: {templates: [{container: {name: a}}]}}",
            &["a"],
        );
        check(
            "tekton.dev/v1",
            "Task",
            "spec: {steps: [{name: a}], sidecars: [{name: b}]}",
            &["a", "b"],
        );
        check(
            "sparkoperator.k8s.io/v1beta2",
            "SparkApplication",
            "spec: {driver: {}}",
            &["(unnamed)"],
        );
    }

    #[test]
    fn the_table_is_sorted_and_without_doubles() {
        let rows: Vec<_> = ROWS.iter().map(|it| (it.group, it.kinds)).collect();
        assert!(rows.is_sorted(), "{rows:?}");
        let mut kinds: Vec<_> =
            ROWS.iter().flat_map(|row| row.kinds.iter().map(|kind| (row.group, kind))).collect();
        let all = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), all);
    }

    #[test]
    fn claims_come_from_claims_templates_and_ephemeral_volumes() {
        let tree = document(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nspec: {storageClassName: a}\n---\n\
             apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  volumeClaimTemplates: [{spec: {storageClassName: b}}]\n  \
             template: {spec: {volumes: [{ephemeral: {volumeClaimTemplate: {spec: {storageClassName: c}}}}]}}\n",
        );
        let found: Vec<_> = objects(&tree)
            .iter()
            .flat_map(Object::volume_claims)
            .filter_map(|it| it.text(&["spec", "storageClassName"]).known())
            .collect();
        assert_eq!(found, ["a", "b", "c"]);
    }
}
