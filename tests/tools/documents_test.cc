// What the documents show is what the program does.
#include <fstream>
#include <sstream>

#include "tests/tools/shell.h"

namespace kinledger::tools {
namespace {

/// The first block of code below a heading of a document.
std::string example_below(const std::string& document, const std::string& heading) {
  std::ostringstream read;
  read << std::ifstream(std::filesystem::path(KINLEDGER_SOURCE_DIR) / "docs" / document).rdbuf();
  const auto text = read.str();
  const auto begin = text.find("```\n", text.find("\n" + heading + "\n"));
  const auto end = text.find("\n```", begin + 4);
  return end == std::string::npos ? "" : text.substr(begin + 4, end - begin - 3);
}

TEST(Documents, TheExampleOfAScenarioRunsAsItStands) {
  const Shell shell;
  shell.write("example.scenario", example_below("SCENARIOS.md", "## By example"));
  const auto ran = shell.run({"scenario", "example.scenario"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.out, "1 scenarios, 6 expectations, 0 differences")) << ran.told();
}

}  // namespace
}  // namespace kinledger::tools
