import Foundation

/// Where the parts of the source tree and of the build are.
public enum Checkout {
  /// The directory of Package.swift.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// A program of this package: it lies beside the program, or the test bundle, that runs.
  public static func program(_ name: String) throws -> String {
    let places = [
      URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path, "\(root)/.build/debug",
    ]
    let files = places.map { "\($0)/\(name)" }
    guard let file = files.first(where: FileManager.default.isExecutableFile) else {
      throw MissingProgram(name: name, hint: "build it with: make build")
    }
    return file
  }

  /// A program of the system.
  public static func systemProgram(_ path: String) throws -> String {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw MissingProgram(name: path, hint: "install it with: make deps")
    }
    return path
  }
}

public struct MissingProgram: Error, CustomStringConvertible {
  let name: String
  let hint: String

  public var description: String { "\(name) is missing; \(hint)" }
}
