//! How tests call the binary, and folders that go when a test ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own for one test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder can be made beside the build");
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `proaktiv-sim` with these arguments.
pub fn sim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_proaktiv-sim")).args(arguments).output().expect("the binary runs")
}

/// Runs `proaktiv-sim` and returns standard output; fails with what it said if it exits otherwise.
pub fn held(arguments: &[&str]) -> String {
    let output = sim(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}\n{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// Runs a scenario or plan with `--json` and returns its result.
pub fn result(arguments: &[&str]) -> serde_json::Value {
    let arguments: Vec<&str> = ["run"].iter().chain(arguments).chain(&["--json"]).copied().collect();
    serde_json::from_str(&held(&arguments)).expect("one JSON document and nothing else")
}
