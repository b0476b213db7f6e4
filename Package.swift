// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "ai-sre",
  products: [
    .executable(name: "sre-agent", targets: ["sre-agent"]),
    .executable(name: "sre-control-plane", targets: ["sre-control-plane"]),
    .executable(name: "cluster-simulator", targets: ["cluster-simulator"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: Modules.all
)

/// The targets by layer. An arrow that is not written here does not compile: `make check` builds with
/// `--explicit-target-dependency-import-check error`.
enum Modules {
  static var all: [Target] { shared + agent + controlPlane + tests }

  static var shared: [Target] {
    [
      .systemLibrary(
        name: "CCurl", path: "Shared/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
      library("HTTP", "Shared/HTTP", ["CCurl"]),
      library("Wire", "Shared/Wire", []),
      library("Signing", "Shared/Signing", [crypto]),
      library("Kubernetes", "Shared/Kubernetes", ["HTTP", log]),
      library("Redaction", "Shared/Redaction", []),
    ]
  }

  static var agent: [Target] {
    [
      library("AgentCore", "Agent/Core", ["HTTP", "Wire", "Signing", "Kubernetes", "Redaction", crypto, log, lifecycle]),
      executable(
        "sre-agent", "Agent/Program", ["AgentCore", "HTTP", "Signing", "Kubernetes", "Wire", log, lifecycle, unixSignals]),
    ]
  }

  static var controlPlane: [Target] {
    [
      library("Pipeline", "ControlPlane/Pipeline", ["Wire", "Redaction", crypto]),
      .systemLibrary(name: "CZlib", path: "ControlPlane/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
      library("Store", "ControlPlane/Store", ["CZlib", "Pipeline", "Wire", grdb, crypto]),
      library("Clients", "ControlPlane/Clients", ["Pipeline", "HTTP", "Wire", log]),
      .systemLibrary(
        name: "CNghttp2", path: "ControlPlane/CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
      library(
        "HTTP2", "ControlPlane/HTTP2",
        ["CNghttp2", hummingbird, hummingbirdCore, httpTypes, log, nioCore, nioTLS, nioSSL]),
      library(
        "Server", "ControlPlane/Server",
        [
          "Pipeline", "Wire", "Signing", "HTTP2", "Kubernetes", "HTTP", hummingbird, hummingbirdCore, httpTypes, log, nioCore,
          nioSSL, lifecycle, collections, crypto,
        ]),
      executable(
        "sre-control-plane", "ControlPlane/Program",
        [
          "Pipeline", "Store", "Clients", "HTTP2", "Server", "Wire", "Signing", "Kubernetes", "HTTP", arguments, asn1,
          configuration, system,
          log, lifecycle, unixSignals, certificates, crypto, nioSSL, hummingbird, hummingbirdCore,
        ]),
    ]
  }

  static var tests: [Target] {
    [
      library(
        "Simulator", "Tests/Simulator",
        [
          hummingbird, hummingbirdCore, hummingbirdTLS, httpTypes, nioCore, nioSSL, asn1, certificates, crypto, log, lifecycle,
          yams,
        ],
        exclude: ["Program"]),
      executable("cluster-simulator", "Tests/Simulator/Program", ["Simulator", arguments, log, lifecycle, unixSignals]),
      library(
        "Support", "Tests/Support",
        ["HTTP", "Wire", "Signing", "Simulator", hummingbird, httpTypes, nioCore, nioSSL, asn1, certificates, crypto, log]),
      library(
        "Replay", "Tests/Replay",
        ["Simulator", "AgentCore", "Store", "Pipeline", "Wire", "Signing", "Kubernetes", "HTTP", log], exclude: ["Program"]),
      executable("sre-replay", "Tests/Replay/Program", ["Replay", "Pipeline", "Clients", "HTTP", arguments]),
      executable("sre-demo", "Tests/Demo", ["Support", arguments, unixSignals]),
      executable(
        "sre-benchmarks", "Tests/Benchmarks",
        [
          "Support", "Server", "Store", "Pipeline", "HTTP2", "HTTP", "Wire", "Signing", arguments, hummingbird, hummingbirdCore,
          httpTypes, nioCore, nioSSL, log,
        ]),
      tests(
        "SharedTests",
        [crypto, "HTTP", "Wire", "Signing", "Kubernetes", "Redaction", "Support", "Simulator", hummingbird, nioCore, log]),
      tests("AgentTests", ["AgentCore", "Wire", "Signing", "Kubernetes", "Redaction", "HTTP", "Support", "Simulator", log]),
      tests("PipelineTests", ["Pipeline", "Wire", "Support", "Simulator"]),
      tests("StoreTests", ["Store", "Pipeline", "Wire", "Support", "Simulator", grdb]),
      tests(
        "ServerTests",
        [
          "Server", "HTTP2", "Store", "Clients", "Pipeline", "Wire", "Signing", "HTTP", "Support", hummingbird, hummingbirdCore,
          lifecycle,
          httpTypes, nioCore, nioSSL, log,
        ]),
      tests("ReplayTests", ["Replay", "Pipeline", "Simulator", "Wire"]),
      tests("SimulatorTests", ["Simulator", "Support", "HTTP"]),
      tests(
        "EndToEndTests",
        [
          "Support", "Simulator", "HTTP", "HTTP2", "Signing", "Wire", hummingbird, hummingbirdCore, httpTypes, nioCore, nioSSL,
          log,
        ]),
    ]
  }

  static var arguments: Target.Dependency { .product(name: "ArgumentParser", package: "swift-argument-parser") }
  static var asn1: Target.Dependency { .product(name: "SwiftASN1", package: "swift-asn1") }
  static var certificates: Target.Dependency { .product(name: "X509", package: "swift-certificates") }
  static var collections: Target.Dependency { .product(name: "Collections", package: "swift-collections") }
  static var configuration: Target.Dependency { .product(name: "Configuration", package: "swift-configuration") }
  static var crypto: Target.Dependency { .product(name: "Crypto", package: "swift-crypto") }
  static var grdb: Target.Dependency { .product(name: "GRDB", package: "GRDB.swift") }
  static var httpTypes: Target.Dependency { .product(name: "HTTPTypes", package: "swift-http-types") }
  static var hummingbird: Target.Dependency { .product(name: "Hummingbird", package: "hummingbird") }
  static var hummingbirdCore: Target.Dependency { .product(name: "HummingbirdCore", package: "hummingbird") }
  static var hummingbirdTLS: Target.Dependency { .product(name: "HummingbirdTLS", package: "hummingbird") }
  static var lifecycle: Target.Dependency { .product(name: "ServiceLifecycle", package: "swift-service-lifecycle") }
  static var log: Target.Dependency { .product(name: "Logging", package: "swift-log") }
  static var nioCore: Target.Dependency { .product(name: "NIOCore", package: "swift-nio") }
  static var nioSSL: Target.Dependency { .product(name: "NIOSSL", package: "swift-nio-ssl") }
  static var nioTLS: Target.Dependency { .product(name: "NIOTLS", package: "swift-nio") }
  static var system: Target.Dependency { .product(name: "SystemPackage", package: "swift-system") }
  static var unixSignals: Target.Dependency { .product(name: "UnixSignals", package: "swift-service-lifecycle") }
  static var yams: Target.Dependency { .product(name: "Yams", package: "Yams") }

  static let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
  ]

  static func library(_ name: String, _ path: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
  }

  static func executable(_ name: String, _ path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
  }

  static func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: settings)
  }
}
