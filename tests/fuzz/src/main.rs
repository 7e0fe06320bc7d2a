//! Writes what `cargo xtask fuzz` starts from into a folder: `<target>/` with the inputs of each
//! target, and `words.dict`.

use std::path::Path;
use std::{env, fs, io};

use stackseal_fuzz::TARGETS;
use stackseal_fuzz::seeds::{Fixture, dictionary};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    let to = env::args_os().nth(1).ok_or_else(|| io::Error::other("name a folder to write to"))?;
    let to = Path::new(&to);
    let fixtures = Fixture::all(root)?;
    for target in TARGETS {
        let folder = to.join(target.name);
        fs::create_dir_all(&folder)?;
        for (index, seed) in (target.seeds)(&fixtures).iter().enumerate() {
            fs::write(folder.join(format!("{index:04}")), seed)?;
        }
    }
    fs::write(to.join("words.dict"), dictionary(&fixtures))
}
