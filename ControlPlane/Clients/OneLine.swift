/// Text from outside as one printable line of bounded length.
enum OneLine {
  /// - Parameter limit: in characters; what is cut off leaves an ellipsis.
  static func of(_ text: String, limit: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit * 4) {
      let isBreak =
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
        default: false
        }
      if !isBreak {
        scalars.append(scalar)
      } else if let last = scalars.last, last != " " {
        scalars.append(" ")
      }
    }
    if scalars.last == " " { scalars.removeLast() }
    let line = String(scalars)
    return line.count <= limit ? line : String(line.prefix(limit - 1)) + "…"
  }
}
