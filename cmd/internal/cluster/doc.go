// Package cluster puts relay/store to the relay's use: the logs of meetings and of sites in one store, and what relays that share a store need of each other.
package cluster
