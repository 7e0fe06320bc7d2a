//! Manifests, as documents.

use serde_json::{Value, json};

use super::random::Random;

/// `size` objects of an application.
pub(super) fn manifests(size: usize, mut random: Random) -> Vec<Value> {
    (0..size).map(|index| manifest(index, &mut random)).collect()
}

/// An object with a setting or two.
pub(super) fn config_map(index: usize, random: &mut Random) -> Value {
    let level = if random.is_true() { "debug" } else { "info" };
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": format!("settings-{index}"), "namespace": "shop"},
        "data": {"log-level": level, "replicas": random.below(9).to_string()},
    })
}

fn manifest(index: usize, random: &mut Random) -> Value {
    let name = format!("app-{index}");
    let metadata = json!({
        "name": name, "namespace": "shop",
        "labels": {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop"},
    });
    match random.below(5) {
        0 | 1 => json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": {
                "replicas": 3,
                "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
                "template": {
                    "metadata": {"labels": {"app.kubernetes.io/name": name}},
                    "spec": {
                        "serviceAccountName": "shop",
                        "containers": [{
                            "name": "app", "image": format!("registry.example/app:{index}"),
                            "ports": [{"containerPort": 8443, "name": "https"}],
                            "env": [
                                {"name": "STAGE", "value": "prod"},
                                {"name": "DB_HOST", "value": "db.shop.svc"},
                            ],
                            "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m"}},
                            "volumeMounts": [{"name": "secrets", "mountPath": "/run/secrets", "readOnly": true}],
                        }],
                        "volumes": [{"name": "secrets", "csi": {
                            "driver": "secrets-store.csi.k8s.io", "readOnly": true,
                            "volumeAttributes": {"secretProviderClass": "shop"},
                        }}],
                    },
                },
            },
        }),
        2 => json!({
            "apiVersion": "v1", "kind": "Service", "metadata": metadata,
            "spec": {
                "type": "ClusterIP", "selector": {"app.kubernetes.io/name": name},
                "ports": [{"name": "https", "port": 443, "targetPort": "https"}],
            },
        }),
        3 => json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
            "data": {"stage": "prod", "log-level": "info", "endpoint": "https://shop.example"},
        }),
        _ => json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata,
            "spec": {
                "ingressClassName": "nginx",
                "tls": [{"hosts": ["shop.example"], "secretName": "shop-tls"}],
                "rules": [{"host": "shop.example", "http": {"paths": [{
                    "path": "/", "pathType": "Prefix",
                    "backend": {"service": {"name": name, "port": {"number": 443}}},
                }]}}],
            },
        }),
    }
}
