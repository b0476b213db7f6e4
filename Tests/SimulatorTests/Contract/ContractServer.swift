import Foundation
import HTTP

@testable import Simulator

/// A request of the contract as it goes over the wire.
struct ContractRequest: Sendable {
  var method: String
  /// Path and query.
  var target: String
  var headers: [(name: String, value: String)] = []
  var body: String?
}

struct ContractAnswer: Sendable {
  let status: Int
  let headers: ResponseHeaders
  let body: [UInt8]

  var json: JSONValue {
    guard headers["Content-Type"]?.contains("json") == true else { return .string(String(decoding: body, as: UTF8.self)) }
    return (try? JSONValue(parsing: body)) ?? .string(String(decoding: body, as: UTF8.self))
  }
}

/// An API server that the contract is played against.
protocol ContractServer: Sendable {
  /// Whether objects can be put there with uid and status, past the API, and time can be made to pass.
  var isSimulated: Bool { get }
  /// The token that stands for a recorded one, such as `<admin>`.
  func token(for placeholder: String) async throws -> String?
  /// Sees to it that these objects are there and those others are not. Gives back what stands for what in them: uids, versions.
  func prepare(_ objects: [JSONValue], removing: [JSONValue]) async throws -> [String: String]
  func open(_ request: ContractRequest) async throws -> ClientResponse
}

extension ContractServer {
  func send(_ request: ContractRequest) async throws -> ContractAnswer {
    let response = try await open(request)
    return ContractAnswer(status: response.status, headers: response.headers, body: try await response.collect(upTo: 16 << 20))
  }
}

/// The way to a server: its address and whom to trust.
struct ContractConnection: Sendable {
  let url: String
  private let http: HTTPClient

  init(url: String, caFile: String?) {
    self.url = url
    http = HTTPClient(configuration: .init(tls: .init(caFile: caFile), maxConnectionsPerHost: 8))
  }

  func open(_ request: ContractRequest) async throws -> ClientResponse {
    guard let method = ClientRequest.Method(rawValue: request.method) else { throw SeedError(description: request.method) }
    var outgoing = ClientRequest(method, url + request.target)
    outgoing.headers = request.headers
    outgoing.body = request.body.map { Array($0.utf8) }
    outgoing.protocolVersion = .http1
    return try await http.send(outgoing)
  }

  func close() async { await http.shutdown() }
}
