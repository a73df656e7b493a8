// The questions as they are documented.
#include "projections/questions/question_format.h"

#include "projections/questions.h"
#include "tests/documented.h"

namespace kinledger::projections {
namespace {

TEST(Questions, AreDocumentedAsTheProgramAnswersThem) {
  expect_documented("QUESTIONS.md", questions_markdown(), "# The questions by number");
}

TEST(Questions, HaveNamesOfTheirOwnAndFieldsToFill) {
  for (const auto& question : questions()) {
    EXPECT_EQ(find_question(question.name), &question) << question.name;
    EXPECT_FALSE(question.fields.empty()) << question.name;
    EXPECT_NE(question.judge, nullptr) << question.name;
  }
}

}  // namespace
}  // namespace kinledger::projections
