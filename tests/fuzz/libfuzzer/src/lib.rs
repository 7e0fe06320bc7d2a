//! What the programs share: a target, and inputs made of inputs.

pub use libfuzzer_sys;
pub use stackseal_fuzz;

/// The program that fuzzes the target called `$name`.
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::stackseal_fuzz::run($name, data));
        $crate::libfuzzer_sys::fuzz_mutator!(
            |data: &mut [u8], size: usize, max_size: usize, seed: u32| {
                let room = &mut data[..max_size];
                $crate::stackseal_fuzz::mutation::mutate($name, room, size, seed)
                    .unwrap_or_else(|| $crate::libfuzzer_sys::fuzzer_mutate(data, size, max_size))
            }
        );
    };
}
