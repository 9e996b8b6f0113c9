package access

import (
	"net/http"

	"github.com/diemcau/diemcau/relay/admin"
	"github.com/diemcau/diemcau/relay/directory"
)

// official is somebody who may be asked to lead a meeting. How they sign in is not everybody's business.
type official struct {
	ID   string         `json:"id"`
	Name string         `json:"name"`
	Role directory.Role `json:"role"`
	Unit string         `json:"unit,omitempty"`
}

// officials answers who may lead a meeting, for those who prepare one.
func (a *Access) officials(w http.ResponseWriter, _ *http.Request, _ directory.Account) error {
	all := []official{} // [], never null
	for _, p := range a.Accounts() {
		if !p.Disabled {
			all = append(all, official{p.ID, p.Name, p.Role, p.Unit})
		}
	}
	admin.WriteJSON(w, http.StatusOK, map[string][]official{"officials": all})
	return nil
}
