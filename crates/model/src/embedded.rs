//! Documents inside documents: the inline buildspec of a project, the wp-config of a ConfigMap.
//!
//! Their trees have to live somewhere; here is where. Places in them are places in the file.

use stackseal_syntax::{Entry, Kind, Limits, Node, Span, TextPart, Tree, parse_joined};

use crate::buildspec::{self, Buildspec};
use crate::cloudformation::{Template, call, is_standard_tag, literal, word};
use crate::kubernetes::{GroupKind, Object};
use crate::share::map;
use crate::wp_config::{self, WpConfig};

/// The documents found inside others.
#[derive(Debug, Default)]
pub struct Embedded {
    buildspecs: Vec<Tree>,
    wp_configs: Vec<WpConfig>,
}

/// Objects whose values are often whole files.
const FILE_HOLDERS: &[GroupKind<'static>] =
    &[GroupKind { group: "", kind: "ConfigMap" }, GroupKind { group: "", kind: "Secret" }];

/// The variable of the WordPress image that holds statements for its configuration.
const EXTRA: &str = "WORDPRESS_CONFIG_EXTRA";

impl Embedded {
    /// Looks into `templates` and `objects`.
    pub fn find(templates: &[Template<'_>], objects: &[Object<'_>], limits: &Limits) -> Self {
        let mut embedded = Self::default();
        for template in templates {
            for entry in template.entries_of("AWS::CodeBuild::Project") {
                let properties = entry.body().get("Properties").and_then(literal);
                let of = |key| properties?.get(key).and_then(literal);
                let secondary = of("SecondarySources").into_iter().flat_map(Node::items);
                for source in of("Source").into_iter().chain(secondary) {
                    embedded.inline_buildspec(source, limits);
                }
            }
        }
        // Objects of one file follow one another.
        let is_same_file =
            |a: &Object<'_>, b: &Object<'_>| a.node().span().file == b.node().span().file;
        let files: Vec<&[Object<'_>]> = objects.chunk_by(is_same_file).collect();
        let of_files = map(&files, |it| wp_configs_of_file(it));
        embedded.wp_configs.extend(of_files.into_iter().flatten());
        embedded
    }

    /// `BuildSpec` holds text when it has several lines, else a path.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-codebuild-project-source.html>
    fn inline_buildspec(&mut self, source: Node<'_>, limits: &Limits) {
        let Some(node) = literal(source).and_then(|it| it.get("BuildSpec")) else { return };
        let mut parts = Vec::new();
        text_parts(node, MAX_DEPTH, &mut parts);
        let text: String = parts.iter().map(TextPart::text).collect();
        let is_inline = text.trim_end().contains('\n')
            || text.starts_with("version")
            || text.trim_start().starts_with('{');
        if is_inline {
            self.buildspecs.push(parse_joined(node, &parts, limits));
        }
    }

    /// The buildspecs.
    pub fn buildspecs(&self) -> impl Iterator<Item = Buildspec<'_>> {
        let roots = self.buildspecs.iter().flat_map(Tree::documents);
        roots.filter(|it| buildspec::is_buildspec("buildspec.yml", *it)).map(Buildspec::of)
    }

    /// Takes the wp-configs out.
    pub fn take_wp_configs(&mut self) -> Vec<WpConfig> {
        std::mem::take(&mut self.wp_configs)
    }
}

/// The wp-configs in `objects`, all those of one file.
fn wp_configs_of_file(objects: &[Object<'_>]) -> Vec<WpConfig> {
    let mut wp_configs = Vec::new();
    for object in objects.iter().filter(|it| it.is_any(FILE_HOLDERS)) {
        // What a Secret holds under `data` is encoded.
        let is_encoded = object.kind() == "Secret";
        let sections = if is_encoded { &["stringData"][..] } else { &["data", "stringData"] };
        let sections = sections.iter().filter_map(|it| object.node().get(it));
        wp_configs.extend(sections.flat_map(Node::entries).filter_map(|it| wp_config_file(&it)));
    }
    // Few files hold the word.
    if objects.first().is_some_and(|it| it.node().tree().may_hold(EXTRA)) {
        wp_configs.extend(objects.iter().flat_map(extras_of_containers));
    }
    wp_configs
}

fn wp_config_file(entry: &Entry<'_>) -> Option<WpConfig> {
    let (name, text) = (entry.key.text()?, entry.value.text()?);
    let is_php = || name.to_ascii_lowercase().ends_with(".php");
    let is_it =
        wp_config::is_wp_config_name(name) || is_php() && wp_config::looks_like_wp_config(text);
    is_it.then(|| WpConfig::of_scalar(entry.value))
}

fn extras_of_containers(object: &Object<'_>) -> Vec<WpConfig> {
    let mut extras = Vec::new();
    for container in object.containers() {
        let variables = container.block().node().get("env").into_iter().flat_map(Node::items);
        let is_extra = |it: &Node<'_>| it.get("name").and_then(Node::text) == Some(EXTRA);
        let values = variables.filter(is_extra).filter_map(|it| it.get("value"));
        let texts = values.filter(|it| it.kind() == Kind::Scalar);
        extras.extend(texts.map(WpConfig::of_extra));
    }
    extras
}

/// The actions of pipelines that run commands of their own: buildspecs of a single phase.
pub fn command_actions<'a>(template: &Template<'a>) -> Vec<Buildspec<'a>> {
    let mut actions = Vec::new();
    for entry in template.entries_of("AWS::CodePipeline::Pipeline") {
        let of = |block: Node<'a>, key| literal(block)?.get(key).and_then(literal);
        let properties = entry.body().get("Properties");
        let stages = properties.and_then(|it| of(it, "Stages"));
        for stage in stages.into_iter().flat_map(Node::items) {
            let of_stage = of(stage, "Actions").into_iter().flat_map(Node::items);
            actions.extend(of_stage.filter(|it| of(*it, "Commands").is_some()).map(Buildspec::of));
        }
    }
    actions
}

/// Stands for a part that only the deployment knows.
const HOLE: &str = "${HOLE}";

/// Functions inside one another that are looked into.
const MAX_DEPTH: u8 = 8;

/// The parts of a text: a scalar, the argument of `Fn::Sub`, what `Fn::Join` puts together.
fn text_parts<'t>(node: Node<'t>, depth: u8, parts: &mut Vec<TextPart<'t>>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let is_text = |it: &Node<'_>| it.kind() == Kind::Scalar;
    match call(node) {
        Some(("Fn::Sub", argument)) => {
            let text = argument.items().next().or(argument.written()).filter(is_text);
            parts.extend(text.map(TextPart::Scalar));
        }
        Some(("Fn::Join", argument)) => {
            let mut arguments = argument.items();
            let separator = arguments.next().and_then(word).unwrap_or_default();
            let list = arguments.next().and_then(literal).into_iter().flat_map(Node::items);
            for (position, item) in list.enumerate() {
                if position > 0 {
                    let start = item.span().start;
                    parts.push(TextPart::Filler(separator, Span { end: start, ..item.span() }));
                }
                text_parts(item, depth, parts);
            }
        }
        None if is_text(&node) && node.tag().is_none_or(is_standard_tag) => {
            parts.push(TextPart::Scalar(node));
        }
        Some(_) | None => parts.push(TextPart::Filler(HOLE, node.span())),
    }
}
