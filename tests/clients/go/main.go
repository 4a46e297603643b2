// The official Go client, from upload to citation. OPENAI_BASE_URL says where the server is; the extractive model answers.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

const where = "Where do herons nest?"

var (
	ctx    = context.Background()
	client = openai.NewClient(option.WithMaxRetries(0))
)

func main() {
	log.SetFlags(log.Lshortfile)
	store := upload()
	chat(store)
	respond(store)
	refused()
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Output(2, err.Error())
		log.Fatal("the request above failed")
	}
	return value
}

func expect(holds bool, found any) {
	if !holds {
		log.Output(2, fmt.Sprintf("unexpected: %+v", found))
		log.Fatal("the check above failed")
	}
}

func upload() string {
	store := must(client.VectorStores.New(ctx, openai.VectorStoreNewParams{Name: openai.String("birds")}))
	herons := strings.NewReader("Herons nest in tall trees near water.")
	file := must(client.VectorStores.Files.UploadAndPoll(ctx, store.ID, openai.FileNewParams{
		File:    openai.File(herons, "herons.txt", "text/plain"),
		Purpose: openai.FilePurposeAssistants,
	}, 50))
	expect(file.Status == openai.VectorStoreFileStatusCompleted, file)
	return store.ID
}

// The client has no field for annotations that are streamed: they are in the JSON of the delta, as it came.
func chat(store string) {
	stream := client.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model:    "extractive",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(where)},
	}, option.WithJSONSet("vector_store_ids", []string{store}))
	whole := openai.ChatCompletionAccumulator{}
	var cited []openai.ChatCompletionMessageAnnotation
	for stream.Next() {
		chunk := stream.Current()
		expect(whole.AddChunk(chunk), chunk)
		for _, choice := range chunk.Choices {
			if field, found := choice.Delta.JSON.ExtraFields["annotations"]; found {
				must(0, json.Unmarshal([]byte(field.Raw()), &cited))
			}
		}
	}
	must(0, stream.Err())
	expect(strings.Contains(whole.Choices[0].Message.Content, "tall trees"), whole)
	expect(len(cited) == 1 && cited[0].URLCitation.Title == "herons.txt", cited)
	fmt.Println("chat:", whole.Choices[0].Message.Content, cited[0].URLCitation.Title)
}

func respond(store string) {
	stream := client.Responses.NewStreaming(ctx, responses.ResponseNewParams{
		Model: "extractive",
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(where)},
		Tools: []responses.ToolUnionParam{responses.ToolParamOfFileSearch([]string{store})},
	})
	var final responses.Response
	heard := ""
	for stream.Next() {
		switch event := stream.Current().AsAny().(type) {
		case responses.ResponseTextDeltaEvent:
			heard += event.Delta
		case responses.ResponseCompletedEvent:
			final = event.Response
		}
	}
	must(0, stream.Err())
	expect(heard != "" && heard == final.OutputText(), final)
	cited := final.Output[1].Content[0].Annotations
	expect(len(cited) == 1 && cited[0].Type == "file_citation" && cited[0].Filename == "herons.txt", cited)
	fmt.Println("response:", final.OutputText(), cited[0].Filename)
}

func refused() {
	_, err := client.VectorStores.Get(ctx, "vs_nothing")
	var refusal *openai.Error
	expect(errors.As(err, &refusal) && refusal.StatusCode == 404 && strings.Contains(refusal.Message, "vs_nothing"), err)
}
