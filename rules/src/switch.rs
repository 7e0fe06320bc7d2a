//! What the rules about switches of data stores share: a switch that is off, or left out, is told
//! as badly as it weighs.

use stackseal_engine::{Cx, Draft, Mend, Severity};
use stackseal_model::aws::{Protection, Switch, Weight};
use stackseal_model::cloudformation::Resource;

/// Reports each of `switches` that `resource` turns off, as `` `Id` does `turning_off` by
/// `Property` ``, or leaves out. `finish` is given each finding and what turns the switch on.
pub(crate) fn report_switches<'s>(
    cx: &mut Cx<'_>,
    resource: &Resource<'_>,
    switches: impl Iterator<Item = &'s Switch>,
    turning_off: &str,
    finish: impl Fn(&mut Draft, Option<Mend>),
) {
    let id = resource.id();
    for switch in switches.filter(|it| resource.is(it.type_name)) {
        let property = switch.property();
        for protection in switch.read(resource) {
            let (at, what) = match protection {
                Protection::On | Protection::Elsewhere => continue,
                Protection::Off(at) => (at, format!("{turning_off} by `{property}`")),
                Protection::Missing(under) => (under, format!("does not set `{property}`")),
                Protection::Open(unknown) => {
                    cx.undecided(&unknown);
                    continue;
                }
            };
            let draft = cx.report(at, format!("`{id}` {what}: {}", switch.consequence));
            match switch.weight {
                Weight::Full => (),
                Weight::Lesser => {
                    draft.severity(Severity::Medium);
                }
                Weight::Strict => {
                    draft.severity(Severity::Low);
                }
            }
            finish(draft, turn_on(switch, resource));
        }
    }
}

fn turn_on(switch: &Switch, resource: &Resource<'_>) -> Option<Mend> {
    let mut settings = switch.settings_on(resource).into_iter();
    let (path, value) = settings.next()?;
    let mend = Mend::property(resource, path, value);
    Some(settings.fold(mend, |mend, (path, value)| mend.set_property(resource, path, value)))
}
