extension Array where Element: Sendable {
  /// Each element's answer, in the order of the elements, with at most `width` under way at a time.
  func concurrentMap<Answer: Sendable>(width: Int, _ transform: @escaping @Sendable (Element) async -> Answer) async -> [Answer] {
    await withTaskGroup(of: (Int, Answer).self) { group in
      var answers: [Int: Answer] = [:]
      for (index, element) in enumerated() {
        if index >= width, let (done, answer) = await group.next() { answers[done] = answer }
        group.addTask { (index, await transform(element)) }
      }
      for await (done, answer) in group { answers[done] = answer }
      return indices.compactMap { answers[$0] }
    }
  }
}
