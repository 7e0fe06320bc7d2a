//! Colours, or none.

use annotate_snippets::renderer::{
    DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_INFO_STYLE, DEFAULT_LINE_NUM_STYLE,
    DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE,
};
use anstyle::Style;
use stackseal_engine::Severity;

/// The styles of a report: those of the renderer of snippets, or none at all.
pub(crate) struct Paint {
    is_coloured: bool,
}

impl Paint {
    pub(crate) const fn new(is_coloured: bool) -> Self {
        Self { is_coloured }
    }

    pub(crate) fn severity(&self, severity: Severity) -> Style {
        self.style(match severity {
            Severity::Critical | Severity::High => DEFAULT_ERROR_STYLE,
            Severity::Medium => DEFAULT_WARNING_STYLE,
            Severity::Low => DEFAULT_INFO_STYLE,
            Severity::Informational => DEFAULT_NOTE_STYLE,
        })
    }

    pub(crate) fn error(&self) -> Style {
        self.style(DEFAULT_ERROR_STYLE)
    }

    pub(crate) fn undecided(&self) -> Style {
        self.style(DEFAULT_WARNING_STYLE)
    }

    pub(crate) fn bold(&self) -> Style {
        self.style(DEFAULT_EMPHASIS_STYLE)
    }

    pub(crate) fn gutter(&self) -> Style {
        self.style(DEFAULT_LINE_NUM_STYLE)
    }

    pub(crate) fn aside(&self) -> Style {
        self.style(Style::new().dimmed())
    }

    fn style(&self, style: Style) -> Style {
        if self.is_coloured { style } else { Style::new() }
    }
}
