/// The bodies of Qdrant's REST interface, as far as they are used here.
enum QdrantMessages {
  struct CreateCollection: Encodable {
    let vectors: Vectors

    struct Vectors: Encodable {
      let size: Int
      let distance = "Cosine"
    }
  }

  struct CreateIndex: Encodable {
    let fieldName: String
    let fieldSchema = "keyword"

    private enum CodingKeys: String, CodingKey {
      case fieldName = "field_name"
      case fieldSchema = "field_schema"
    }
  }

  struct Upsert: Encodable { let points: [QdrantPoint] }

  struct Query: Encodable {
    let query: [Float]
    let filter: Filter
    let limit: Int
    let scoreThreshold: Float
    let withPayload = true
    let withVector = true

    private enum CodingKeys: String, CodingKey {
      case query, filter, limit
      case scoreThreshold = "score_threshold"
      case withPayload = "with_payload"
      case withVector = "with_vector"
    }
  }

  struct Filter: Encodable {
    let must: [Condition]

    init(team: String, version: Int) {
      must = [
        Condition(key: "team", match: Match(value: .text(team))),
        Condition(key: "embedding_version", match: Match(value: .number(version))),
      ]
    }
  }

  struct Condition: Encodable {
    let key: String
    let match: Match
  }

  struct Match: Encodable { let value: Value }

  enum Value: Encodable {
    case text(String)
    case number(Int)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      }
    }
  }

  struct Count: Encodable { let exact = true }

  /// Every answer has this form.
  struct Answer<Result: Decodable>: Decodable { let result: Result }

  struct Existence: Decodable { let exists: Bool }
  struct Points: Decodable { let points: [QdrantHit] }
  struct Counted: Decodable { let count: Int }

  /// `status.error` of an answer that is none.
  struct Failure: Decodable {
    let status: Status

    struct Status: Decodable { let error: String }
  }
}
