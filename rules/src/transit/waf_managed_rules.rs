//! `waf-managed-rules`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::cloudformation::{Data, Map, Resource};
use stackseal_model::setting::{Setting, Site};
use stackseal_syntax::{Change, Literal};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("waf-managed-rules"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Web ACL uses no managed rules",
    remediation: "Add rules with a `ManagedRuleGroupStatement`, first of all `AWSManagedRulesCommonRuleSet`, `AWSManagedRulesKnownBadInputsRuleSet` and `AWSManagedRulesAmazonIpReputationList`",
    url: "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html",
    docs: include_str!("waf_managed_rules.md"),
    options: &[],
    checks: &[Check::Resource { types: &["AWS::WAFv2::WebACL"], run: check }],
};

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let id = resource.id();
    let mut open = Vec::new();
    let mut counting = Vec::new();
    let rules = resource.at("Rules");
    // Managed groups stand at the top of a rule only: never inside a statement, nor in a rule group.
    for rule in rules.blocks(&mut open) {
        match rule.block("Statement.ManagedRuleGroupStatement") {
            Setting::Known(..) => match only_counts(&rule) {
                Setting::Known(true, site) => counting.push(site),
                Setting::Known(false, _) | Setting::Absent(_) => return,
                Setting::Unknown(unknown) => open.push(unknown),
            },
            Setting::Absent(_) => (),
            Setting::Unknown(unknown) => open.push(unknown),
        }
    }
    if !open.is_empty() {
        for unknown in open {
            cx.undecided(&unknown);
        }
        return;
    }
    let [first, others @ ..] = counting.as_slice() else {
        let key = resource.properties().key_of("Rules").filter(|_| !rules.is_absent());
        let at = key.map_or(rules.site, Site::at);
        cx.report(
            at,
            format!(
                "`{id}` uses no managed rules: known attacks, such as those on PHP and SQL, pass"
            ),
        )
        .fix(mend(resource));
        return;
    };
    let message = format!(
        "`{id}` only counts what its managed rules find: known attacks, such as those on PHP and SQL, pass"
    );
    let finding = cx.report(*first, message);
    finding.remediation(
        "Set `OverrideAction: {None: {}}`, so that the actions of the managed rules count",
    );
    for other in others {
        finding.relate(other.span, "this one only counts as well");
    }
}

/// The common rules of AWS, as the last rule.
fn mend(acl: &Resource<'_>) -> Mend {
    let because = "rules may turn requests away that were let in so far";
    let mend = Mend::with_care("Add the managed rules `AWSManagedRulesCommonRuleSet`", because);
    let rules = acl.at("Rules");
    let mut open = Vec::new();
    let priorities =
        rules.blocks(&mut open).into_iter().filter_map(|it| it.text("Priority").known());
    let last = priorities.filter_map(|it| it.parse::<i64>().ok()).max();
    let rule = managed_rule(last.map_or(0, |it| it + 1));
    match rules.data {
        Data::List(_) => mend.change(Change::Append { to: rules.span(), item: rule }),
        _ => mend.set(acl.slot("Rules"), Literal::List(vec![rule])),
    }
}

/// The rule that takes the common managed rules in.
pub(super) fn managed_rule(priority: i64) -> Literal {
    let group = "AWSManagedRulesCommonRuleSet";
    let statement = Literal::map([("VendorName", "AWS".into()), ("Name", group.into())]);
    Literal::map([
        ("Name", group.into()),
        ("Priority", priority.into()),
        ("OverrideAction", Literal::map([("None", Literal::Map(Vec::new()))])),
        ("Statement", Literal::map([("ManagedRuleGroupStatement", statement)])),
        (
            "VisibilityConfig",
            Literal::map([
                ("CloudWatchMetricsEnabled", true.into()),
                ("MetricName", group.into()),
                ("SampledRequestsEnabled", true.into()),
            ]),
        ),
    ])
}

/// Whether a rule takes the actions of its group for counts.
fn only_counts<'r>(rule: &Map<'r>) -> Setting<'r, bool> {
    match rule.block("OverrideAction") {
        Setting::Known(action, site) => match action.get("Count").block() {
            Setting::Known(..) => Setting::Known(true, site),
            Setting::Absent(_) => Setting::Known(false, site),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        },
        Setting::Absent(under) => Setting::Absent(under),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}
