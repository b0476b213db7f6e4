import ArgumentParser
import Foundation

/// `--policy`: settings by their names in the environment, one a line, as in an environment file or flat YAML.
struct PolicyFile {
  let settings: [String: String]

  init(_ path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ValidationError("--policy: \(path) cannot be read")
    }
    var settings: [String: String] = [:]
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        throw ValidationError("--policy: \(path), line \(number + 1): NAME=VALUE expected")
      }
      let name = line[..<sign].trimmingCharacters(in: .whitespaces).uppercased()
      let value = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
      settings[name] = value.trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
    }
    self.settings = settings
  }
}
