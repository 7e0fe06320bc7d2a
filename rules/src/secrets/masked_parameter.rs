//! A parameter made fit for a credential: masked, and without a default.

use stackseal_engine::Mend;
use stackseal_model::Slot;
use stackseal_model::cloudformation::Template;
use stackseal_syntax::Change;

/// Masks the parameter `name`, and takes its default away where it has one.
pub(super) fn mask(template: &Template<'_>, name: &str) -> Option<Mend> {
    let parameter = template.root().get("Parameters")?.get(name)?;
    let switch = Slot::below(parameter, &["NoEcho"]);
    let mend = match parameter.entry("Default") {
        None => Mend::safe(format!("Set `NoEcho` of parameter `{name}` to `true`")),
        Some(default) => {
            let because =
                "the value has to be given with each deployment, and the one that was here changed";
            let title = format!("Mask parameter `{name}`, and take its default away");
            Mend::with_care(title, because).change(Change::Remove { key: default.key.span() })
        }
    };
    Some(mend.set(switch, true))
}
