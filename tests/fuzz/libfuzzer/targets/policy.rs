#![no_main]

stackseal_libfuzzer::program!("policy");
